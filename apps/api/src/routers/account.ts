import { meOutput } from '../schemas/account-schemas.ts';
import { identifiedProcedure, router } from '../trpc.ts';

export const accountRouter = router({
  /** Who is calling, and for which organisation. */
  me: identifiedProcedure.output(meOutput).query(({ ctx }) => ctx.identity),
});
