import type { AppRouter } from '@mantis-sync/api/router';
import { TRPCClientError, type TRPCLink } from '@trpc/client';
import { observable } from '@trpc/server/observable';
import { isRefusal } from './api-error.ts';

/** What `index.html` requested before any code had arrived. */
interface FirstAnswers {
  /** The calls, as `<procedure> <input>`. */
  calls: string[];
  /** Their answers, in the same order. */
  answers: Promise<(FirstAnswer | undefined)[]>;
}

interface FirstAnswer {
  result?: { data: unknown };
  error?: object;
}

declare global {
  var firstAnswers: FirstAnswers | undefined;
}

/** How long an answer is fresh, in milliseconds since the page began to load. */
const freshMs = 10_000;

/**
 * Answers a call with what the page requested in advance, once. A call that was refused then is not made again:
 * the answer would be the same, and alone it would appear in the console. One that failed otherwise is.
 */
export const firstAnswers: TRPCLink<AppRouter> = () => {
  const waiting = new Map<string, Promise<FirstAnswer | undefined>>();
  const first = globalThis.firstAnswers;
  first?.calls.forEach((call, index) =>
    waiting.set(
      call,
      first.answers.then(
        (answers) => answers[index],
        () => undefined,
      ),
    ),
  );
  return ({ op, next }) => {
    const call = `${op.path} ${JSON.stringify(op.input) ?? ''}`;
    const answer = performance.now() < freshMs ? waiting.get(call) : undefined;
    if (op.type !== 'query' || !answer) return next(op);
    waiting.delete(call);
    return observable((observer) => {
      let subscription: { unsubscribe(): void } | undefined;
      let isOver = false;
      const ask = () => next(op).subscribe(observer);
      void answer.then((given) => {
        if (isOver) return;
        const error = given?.error && TRPCClientError.from<AppRouter>(given);
        if (given?.result) {
          observer.next({ result: { type: 'data', data: given.result.data } });
          observer.complete();
        } else if (error && isRefusal(error)) observer.error(error);
        else subscription = ask();
      });
      return () => {
        isOver = true;
        subscription?.unsubscribe();
      };
    });
  };
};
