import { useEffect, useRef, type ReactNode } from 'react';
import { Icon } from './icon.tsx';

/** Consecutive steps on one page. */
export function Steps({ children }: { children: ReactNode }) {
  return (
    <ol className="divide-y divide-line rounded-lg border border-line bg-surface shadow-card">
      {children}
    </ol>
  );
}

const marks = {
  done: 'bg-accent-soft text-accent',
  current: 'bg-accent text-on-accent',
  ahead: 'border border-line-strong text-muted',
};

export interface StepProps {
  number: number;
  title: string;
  state: keyof typeof marks;
  /** What was decided here. */
  summary?: ReactNode;
  /** A button to change it. */
  aside?: ReactNode;
  children?: ReactNode;
}

/** A step. Its title gets the focus when it becomes the current one. */
export function Step({ number, title, state, summary, aside, children }: StepProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const before = useRef(state);
  useEffect(() => {
    if (before.current !== state && state === 'current') heading.current?.focus();
    before.current = state;
  }, [state]);
  return (
    <li
      aria-current={state === 'current' ? 'step' : undefined}
      className="flex flex-col gap-4 px-4 py-3 sm:px-6"
    >
      <div className="flex min-h-9 items-center gap-3">
        <span
          className={`grid size-7 shrink-0 place-items-center rounded-full text-sm font-semibold ${marks[state]}`}
        >
          {state === 'done' ? <Icon name="check" className="size-3.5" /> : number}
        </span>
        <div className="flex min-w-0 flex-1 flex-col sm:flex-row sm:items-baseline sm:gap-3">
          <h2
            ref={heading}
            tabIndex={-1}
            className={`font-semibold whitespace-nowrap outline-none ${state === 'ahead' ? 'text-muted' : ''}`}
          >
            {title}
            {state === 'done' && <span className="sr-only"> (done)</span>}
          </h2>
          {summary && <p className="min-w-0 truncate text-muted">{summary}</p>}
        </div>
        {aside}
      </div>
      <div className="flex flex-col gap-4 pb-1 empty:hidden sm:pl-10">{children}</div>
    </li>
  );
}
