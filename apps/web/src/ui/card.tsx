import type { ReactNode } from 'react';
import { HelpLink } from './help-link.tsx';
import type { HelpTopic } from './help-topics.ts';

/** A titled part of a page. */
export function Card(props: {
  title: string;
  /** What its help link explains. */
  help?: HelpTopic;
  aside?: ReactNode;
  children: ReactNode;
  className?: string;
}) {
  const { title, help, aside, children, className = '' } = props;
  return (
    <section className={`rounded-lg border border-line bg-surface shadow-card ${className}`}>
      <header className="flex min-h-12 flex-wrap items-center justify-between gap-x-4 gap-y-1 border-b border-line px-4 py-2 sm:px-5">
        <div className="flex items-center gap-1">
          <h2 className="font-semibold">{title}</h2>
          {help && <HelpLink topic={help} about={title} />}
        </div>
        {aside}
      </header>
      {children}
    </section>
  );
}
