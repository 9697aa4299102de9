import { countOf } from './count-words.ts';

/** Why a run needs a decision. */
export interface RequiredAction {
  code: string;
  /** For operators. */
  reason: string;
}

/** The required action of a run. The database stores `rounds_exhausted` as a code; its text follows from the counts. */
export function describeAction(
  action: RequiredAction | null,
  { processCount, failed }: { processCount: number; failed: number },
): RequiredAction | null {
  if (action?.code !== 'rounds_exhausted') return action;
  const still =
    failed === 0
      ? 'the store’s list could not be read completely'
      : `${countOf(failed, 'customer')} still ${failed === 1 ? 'fails' : 'fail'}`;
  return {
    code: action.code,
    reason: `${countOf(processCount, 'round')} ended with failures and ${still}. Check the reasons and fix them in the store, then retry with override, or force the run done.`,
  };
}
