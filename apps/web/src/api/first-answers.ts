import type { AppRouter } from '@mantis-sync/api/router';
import type { TRPCLink } from '@trpc/client';
import { observable } from '@trpc/server/observable';

/** What `index.html` requested before any code had arrived. */
interface FirstAnswers {
  /** The calls, as `<procedure> <input>`. */
  calls: string[];
  /** Their answers, in the same order. */
  answers: Promise<({ result?: { data: unknown } } | undefined)[]>;
}

declare global {
  var firstAnswers: FirstAnswers | undefined;
}

/** How long an answer is fresh, in milliseconds since the page began to load. */
const freshMs = 10_000;

/** Answers a call with what the page requested in advance, once. A call that failed then is made again. */
export const firstAnswers: TRPCLink<AppRouter> = () => {
  const waiting = new Map<string, Promise<{ data: unknown } | undefined>>();
  const first = globalThis.firstAnswers;
  first?.calls.forEach((call, index) =>
    waiting.set(
      call,
      first.answers.then(
        (answers) => answers[index]?.result,
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
      void answer.then((result) => {
        if (isOver) return;
        if (!result) subscription = ask();
        else {
          observer.next({ result: { type: 'data', data: result.data } });
          observer.complete();
        }
      });
      return () => {
        isOver = true;
        subscription?.unsubscribe();
      };
    });
  };
};
