import { type AccessLevel, WHO_MAY } from './access.ts';

/** A member of the organisation without the required role. */
export class NotAllowedError extends Error {
  override readonly name = 'NotAllowedError';
  readonly advice: string;

  constructor(level: AccessLevel) {
    super('You may not do this');
    this.advice = `This needs ${WHO_MAY[level]}.`;
  }
}

/** An API key that calls something reserved for people. */
export class PeopleOnlyError extends Error {
  override readonly name = 'PeopleOnlyError';

  constructor() {
    super('An API key may not do this');
  }
}

/** A call that names another organisation than that of its key or session. */
export class WrongOrganisationError extends Error {
  override readonly name = 'WrongOrganisationError';

  constructor() {
    super('The call names another organisation than its key or session');
  }
}
