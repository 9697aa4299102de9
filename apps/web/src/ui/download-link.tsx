import { Icon } from './icon.tsx';

/** Downloads a file; the response contains its name. */
export function DownloadLink({ href, label }: { href: string; label: string }) {
  return (
    <a
      href={href}
      download
      title={label}
      aria-label={label}
      className="inline-flex h-8 items-center gap-1.5 rounded-md px-2 text-muted hover:bg-sunken hover:text-ink"
    >
      <Icon name="download" />
      <span className="hidden sm:inline">CSV</span>
    </a>
  );
}
