import { useDebouncedInput } from '../../ui/use-debounced-input.ts';
import { Icon } from '../../ui/icon.tsx';

/** Searches customers while the user types. */
export function CustomerSearch(props: { q: string; onQ: (q: string | undefined) => void }) {
  const { typed, type, flush, clear } = useDebouncedInput(props.q, (q) =>
    props.onQ(q || undefined),
  );
  return (
    <form
      role="search"
      className="relative min-w-0 flex-1 basis-full lg:basis-80"
      onSubmit={(event) => {
        event.preventDefault();
        flush();
      }}
    >
      <Icon
        name="search"
        className="pointer-events-none absolute top-1/2 left-3 size-4 -translate-y-1/2 text-muted"
      />
      <input
        type="search"
        aria-label="Find customers"
        aria-keyshortcuts="/"
        placeholder="Name, email, company, phone or city"
        maxLength={200}
        autoComplete="off"
        spellCheck={false}
        value={typed}
        onChange={({ target }) => type(target.value)}
        // A row can be opened at once: a search that took effect later would lead back to the list.
        onBlur={() => flush()}
        className="h-10 w-full rounded-md border border-line-strong bg-surface pr-10 pl-9 placeholder:text-muted focus-visible:outline-offset-0"
      />
      {typed !== '' && (
        <button
          type="button"
          aria-label="Clear search"
          onClick={() => clear()}
          className="absolute top-1/2 right-1.5 grid size-8 -translate-y-1/2 place-items-center text-muted hover:text-ink"
        >
          <Icon name="close" className="size-3.5" />
        </button>
      )}
    </form>
  );
}
