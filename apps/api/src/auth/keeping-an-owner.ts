import { AccountError } from './account-error.ts';

/** The database enforces the rule, so that two owners who leave concurrently cannot both succeed. */
export async function keepingAnOwner<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof Error && error.message.includes('the last owner of an organisation stays'))
      throw new AccountError('last_owner', 'This is the last owner of the organisation.');
    throw error;
  }
}
