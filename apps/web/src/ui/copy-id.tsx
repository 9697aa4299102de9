import { useState } from 'react';
import { Icon } from './icon.tsx';

const shownLetters = 8;

/** The end of a long id, since ids begin with their time; a click copies it completely. */
export function CopyId({
  id,
  what,
  isWhole = false,
}: {
  id: string;
  what: string;
  isWhole?: boolean;
}) {
  const [isCopied, setIsCopied] = useState(false);
  const text = isWhole ? id : id.slice(-shownLetters);
  // Browsers provide the clipboard to secure pages only; the text can always be selected.
  if (!isSecureContext) return <code className="font-mono text-sm text-muted">{id}</code>;
  return (
    <button
      type="button"
      title={isCopied ? 'Copied' : `Copy the ${what}: ${id}`}
      aria-label={isCopied ? `Copied ${text}` : `Copy the ${what} ${text}`}
      onClick={() => void navigator.clipboard.writeText(id).then(() => setIsCopied(true))}
      onBlur={() => setIsCopied(false)}
      className="inline-flex min-h-6 items-center gap-1.5 rounded-sm text-left font-mono text-sm text-muted hover:text-ink"
    >
      <span className="wrap-anywhere">{text}</span>
      <Icon name={isCopied ? 'check' : 'copy'} className="size-3.5" />
    </button>
  );
}
