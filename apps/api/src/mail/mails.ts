import type { Mail } from './mail-sender.ts';

/** Texts of mails: plain, short, with one link. */

export function resetMail(to: string, url: string): Mail {
  return {
    to,
    subject: 'Choose a password for Mantis Sync',
    text: `Choose a new password here, within an hour:\n\n${url}\n\nIf you did not ask for this, there is nothing to do.\n`,
  };
}

export function signInMail(to: string, url: string): Mail {
  return {
    to,
    subject: 'Sign in to Mantis Sync',
    text: `This link signs you in, once, within a day:\n\n${url}\n`,
  };
}

export function invitationMail(
  to: string,
  invitation: { organisation: string; role: string; url: string },
): Mail {
  const { organisation, role, url } = invitation;
  return {
    to,
    subject: `You are invited to ${organisation} on Mantis Sync`,
    text: `You are invited to ${organisation} as ${role}. Accept within a week:\n\n${url}\n`,
  };
}
