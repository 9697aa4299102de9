import type { ReactNode } from 'react';

/** A list of names and values. */
export function Facts({ children }: { children: ReactNode }) {
  return (
    <dl className="grid grid-cols-[fit-content(40%)_1fr] sm:grid-cols-[minmax(6rem,40%)_1fr] gap-x-4 gap-y-2 p-4 sm:p-5">
      {children}
    </dl>
  );
}

export function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <>
      <dt className="wrap-break-word text-muted">{label}</dt>
      <dd className="min-w-0 wrap-anywhere">{children || <span className="text-muted">–</span>}</dd>
    </>
  );
}
