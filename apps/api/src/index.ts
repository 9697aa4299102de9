export { createAuth, type Auth, type AuthOptions } from './auth/create-auth.ts';
export { createSignInLink } from './auth/create-sign-in-link.ts';
export { createApi, type Api, type ApiDeps } from './create-api.ts';
export { makeFirstOwner } from './auth/make-first-owner.ts';
export { createMailer, NO_MAILER } from './mail/mailer.ts';
export { createLiveRuns, type LiveRuns } from './live/live-runs.ts';
export type { AppRouter } from './routers/app-router.ts';
export { createServices, type ServiceDeps } from './create-services.ts';
