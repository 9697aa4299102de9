import { highlight } from './find-matches.ts';

/** Text with the searched words highlighted, by weight and underline besides colour. */
export function Highlight({ text, words }: { text: string; words: readonly string[] }) {
  if (words.length === 0) return text;
  return highlight(text, words).map(({ at, text: piece, isMatch }) =>
    isMatch ? (
      <mark
        key={at}
        className="rounded-xs bg-wait-soft font-semibold text-ink underline decoration-wait decoration-2 underline-offset-2"
      >
        {piece}
      </mark>
    ) : (
      piece
    ),
  );
}
