import type { ReactNode } from 'react';

/** A titled part of a page. */
export function Card(props: {
  title: string;
  aside?: ReactNode;
  children: ReactNode;
  className?: string;
}) {
  const { title, aside, children, className = '' } = props;
  return (
    <section className={`rounded-lg border border-line bg-surface shadow-card ${className}`}>
      <header className="flex min-h-12 flex-wrap items-center justify-between gap-x-4 gap-y-1 border-b border-line px-4 py-2 sm:px-5">
        <h2 className="font-semibold">{title}</h2>
        {aside}
      </header>
      {children}
    </section>
  );
}
