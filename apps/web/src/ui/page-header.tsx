import type { ReactNode } from 'react';
import { HelpLink } from './help-link.tsx';
import type { HelpTopic } from './help-topics.ts';

export function PageHeader(props: { title: string; help: HelpTopic; children?: ReactNode }) {
  const { title, help, children } = props;
  return (
    <div className="mb-5 flex flex-wrap items-center justify-between gap-3">
      <div className="flex items-center gap-1.5">
        <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
        <HelpLink topic={help} about={title} />
      </div>
      {children}
    </div>
  );
}
