import type { ReactNode } from 'react';
import { Skeleton } from './skeleton.tsx';

/** The rows of a card, with actions at the end. */
export function Rows({ label, children }: { label: string; children: ReactNode }) {
  return (
    <ul aria-label={label} className="divide-y divide-line">
      {children}
    </ul>
  );
}

export function Row(props: {
  title: ReactNode;
  detail?: ReactNode;
  /** Buttons or selects. */
  children?: ReactNode;
}) {
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3 sm:px-5">
      <div className="min-w-0 flex-1 basis-56">
        <p className="font-medium wrap-break-word">{props.title}</p>
        {props.detail && <p className="text-sm wrap-break-word text-muted">{props.detail}</p>}
      </div>
      {props.children && <div className="flex items-center gap-2">{props.children}</div>}
    </li>
  );
}

export function RowsSkeleton() {
  return (
    <div
      className="flex flex-col gap-2 p-4 sm:p-5"
      role="status"
      aria-busy="true"
      aria-label="Loading"
    >
      <Skeleton className="h-10" />
      <Skeleton className="h-10" />
    </div>
  );
}
