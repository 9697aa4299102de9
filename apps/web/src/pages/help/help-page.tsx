import { useQuery } from '@tanstack/react-query';
import { Link, useParams, useRouter, useRouterState } from '@tanstack/react-router';
import { useEffect, type MouseEvent } from 'react';
import { readApiError } from '../../api/api-error.ts';
import { Logo } from '../../ui/icon.tsx';
import { NothingHere } from '../../ui/nothing-here.tsx';
import { ErrorNote } from '../../ui/notes.tsx';
import { PageSkeleton } from '../../ui/skeleton.tsx';
import { DOCUMENTS, isDocument, readDocument, type DocumentName } from './documents.ts';

/** A document of this version. Signed-out users can read it too. */
export function HelpPage() {
  const { document: name } = useParams({ from: '/help/$document' });
  return (
    <div className="mx-auto max-w-[72rem] px-4 sm:px-6">
      <header className="flex h-14 items-center gap-2.5 border-b border-line font-semibold">
        <Link to="/stores" className="flex items-center gap-2.5">
          <Logo />
          Mantis Sync
        </Link>
        <span className="font-normal text-muted">Help</span>
      </header>
      {isDocument(name) ? (
        <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-x-10 gap-y-4 py-6 lg:grid-cols-[12rem_minmax(0,1fr)]">
          <Documents />
          <main id="content">
            <Article key={name} name={name} />
          </main>
        </div>
      ) : (
        <main>
          <NothingHere />
        </main>
      )}
    </div>
  );
}

function Documents() {
  return (
    <nav
      aria-label="Documents"
      className="flex gap-1 overflow-x-auto lg:sticky lg:top-6 lg:flex-col"
    >
      {Object.entries(DOCUMENTS).map(([name, title]) => (
        <Link
          key={name}
          to="/help/$document"
          params={{ document: name }}
          activeOptions={{ includeHash: false }}
          className="rounded-md px-2.5 py-1.5 whitespace-nowrap text-muted hover:bg-sunken hover:text-ink focus-visible:-outline-offset-2 aria-[current=page]:bg-accent-soft aria-[current=page]:font-medium aria-[current=page]:text-accent"
        >
          {title}
        </Link>
      ))}
    </nav>
  );
}

function Article({ name }: { name: DocumentName }) {
  const router = useRouter();
  const section = useRouterState({ select: ({ location }) => location.hash });
  const { data: html, error } = useQuery({
    queryKey: ['document', name],
    queryFn: () => readDocument(name),
    staleTime: Number.POSITIVE_INFINITY,
  });
  // The document arrives after the page, so the browser has not found the section yet.
  useEffect(() => {
    if (html !== undefined) document.getElementById(section)?.scrollIntoView();
  }, [html, section]);
  const follow = (event: MouseEvent<HTMLElement>) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (!link?.pathname.startsWith('/help/') || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    router.history.push(`${link.pathname}${link.hash}`);
  };
  if (error) return <ErrorNote error={readApiError(error)} />;
  if (html === undefined) return <PageSkeleton />;
  return (
    // oxlint-disable-next-line react/no-danger -- our own documents, rendered by the build
    <article className="document" onClick={follow} dangerouslySetInnerHTML={{ __html: html }} />
  );
}
