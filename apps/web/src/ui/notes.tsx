import type { ReactNode } from 'react';
import { Icon, type IconName } from './icon.tsx';

/** An error message. */
export interface Problem {
  message: string;
  advice: string;
  issues: readonly { path: string; message: string }[];
}

/** What went wrong, and what to do. */
export function ErrorNote({ error, action }: { error: Problem; action?: ReactNode }) {
  return (
    <div
      role="alert"
      className="flex flex-wrap items-start gap-3 rounded-md bg-bad-soft px-3.5 py-3 text-bad"
    >
      <Icon name="alert" className="mt-0.5 size-4" />
      <div className="min-w-0 flex-1 basis-56">
        <p className="font-semibold">{sentence(error.message)}</p>
        <p className="text-ink">{error.advice}</p>
        {error.issues.map((issue) => (
          <p key={issue.path} className="text-ink">
            {issue.path}: {issue.message}
          </p>
        ))}
      </div>
      {action}
    </div>
  );
}

/** What this place is for, while it is empty. */
export function EmptyState(props: {
  icon: IconName;
  title: string;
  children: ReactNode;
  action?: ReactNode;
  /** The only content of the page, so its title is the page's heading. */
  isPage?: boolean;
}) {
  const Title = props.isPage ? 'h1' : 'h2';
  return (
    <div className="flex flex-col items-center gap-3 rounded-lg border border-dashed border-line-strong px-6 py-14 text-center">
      <span className="grid size-11 place-items-center rounded-full bg-accent-soft text-accent">
        <Icon name={props.icon} className="size-5" />
      </span>
      <Title className="text-lg font-semibold">{props.title}</Title>
      <div className="max-w-prose text-muted">{props.children}</div>
      {props.action && <div className="mt-2">{props.action}</div>}
    </div>
  );
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
