import type { Mail } from './mail-sender.ts';

/** Texts of emails: plain, short, with one link to us and no user-supplied text. */

export function resetMail(to: string, url: string): Mail {
  return {
    to,
    subject: 'Choose a password for Mantis Sync',
    text: `Choose a new password within an hour:\n\n${url}\n\nIf you did not ask for this, ignore this email.\n`,
  };
}

export function signInMail(to: string, url: string): Mail {
  return {
    to,
    subject: 'Sign in to Mantis Sync',
    text: `This link signs you in once. It is valid for a day:\n\n${url}\n\nIf you did not ask for this, ignore this email.\n`,
  };
}

export function invitationMail(to: string, url: string): Mail {
  return {
    to,
    subject: 'You are invited to Mantis Sync',
    text: `You are invited to an organisation on Mantis Sync. See which one and accept within a week:\n\n${url}\n\nIf you did not expect this, ignore this email.\n`,
  };
}
