import type { FormEvent, ReactNode } from 'react';
import { Icon, Logo } from '../../ui/icon.tsx';

/** The frame of pages for signed-out users. */
export function AccountFrame({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main className="grid min-h-dvh place-items-center px-4 py-10">
      <div className="w-full max-w-sm">
        <div className="mb-6 flex flex-col items-center gap-3 text-center">
          <Logo className="size-11" />
          <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
        </div>
        {children}
      </div>
    </main>
  );
}

const panel = 'flex flex-col gap-4 rounded-lg border border-line bg-surface p-5 shadow-card sm:p-6';

/** The box with the content of such a page. */
export function AccountPanel({ children }: { children: ReactNode }) {
  return <div className={panel}>{children}</div>;
}

/** The form of such a page, with its error at the top. */
export function AccountForm(props: {
  problem?: string | undefined;
  onSubmit: (form: FormData) => void;
  children: ReactNode;
}) {
  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    props.onSubmit(new FormData(event.currentTarget));
  }
  return (
    <form onSubmit={submit} className={panel}>
      {props.problem !== undefined && (
        <p role="alert" className="flex gap-2.5 rounded-md bg-bad-soft px-3 py-2.5">
          <Icon name="alert" className="mt-0.5 size-4 text-bad" />
          {props.problem}
        </p>
      )}
      {props.children}
    </form>
  );
}
