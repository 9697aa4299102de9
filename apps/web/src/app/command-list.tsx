import { Dialog } from 'radix-ui';
import { useId, useState, type KeyboardEvent } from 'react';
import { count } from '../words/format.ts';
import type { Command } from './commands.ts';
import { backdrop } from '../ui/dialog.tsx';
import { useRestoreFocus } from '../ui/use-restore-focus.ts';
import { Icon } from '../ui/icon.tsx';

/** A search field over the page with its results. Open while it is rendered. */
export function CommandList(props: {
  typed: string;
  commands: readonly Command[];
  onType: (typed: string) => void;
  onChoose: (command: Command) => void;
  onClose: () => void;
}) {
  const { commands } = props;
  const [marked, setMarked] = useState(0);
  const listId = useId();
  const restoreFocus = useRestoreFocus();
  const last = commands.length - 1;
  const at = Math.min(marked, last);
  const mark = (index: number) => {
    setMarked(index);
    document.getElementById(`${listId}-${index}`)?.scrollIntoView({ block: 'nearest' });
  };
  function onKeyDown(event: KeyboardEvent): void {
    if (event.nativeEvent.isComposing) return;
    const chosen = commands[at];
    if (event.key === 'ArrowDown') mark(at >= last ? 0 : at + 1);
    else if (event.key === 'ArrowUp') mark(at <= 0 ? last : at - 1);
    else if (event.key === 'Enter' && chosen) props.onChoose(chosen);
    else return;
    event.preventDefault();
  }
  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && props.onClose()}>
      <Dialog.Portal>
        {backdrop}
        <Dialog.Content
          aria-describedby={undefined}
          onCloseAutoFocus={restoreFocus}
          className="fixed inset-x-3 top-3 z-50 mx-auto flex max-h-[80dvh] max-w-xl flex-col overflow-hidden rounded-xl border border-line bg-surface shadow-raised sm:top-[12vh]"
        >
          <Dialog.Title className="sr-only">Commands</Dialog.Title>
          <input
            role="combobox"
            aria-label="Search pages, stores, runs, customers and actions"
            aria-expanded={commands.length > 0}
            aria-controls={listId}
            aria-autocomplete="list"
            aria-activedescendant={commands[at] && `${listId}-${at}`}
            autoComplete="off"
            spellCheck={false}
            placeholder="Search pages, stores, runs and customers"
            value={props.typed}
            onChange={(event) => {
              props.onType(event.target.value);
              setMarked(0);
            }}
            onKeyDown={onKeyDown}
            className="h-13 shrink-0 border-b border-line bg-transparent px-4 text-lg placeholder:text-muted focus-visible:outline-none"
          />
          <div
            id={listId}
            role="listbox"
            aria-label="Commands"
            className="overflow-y-auto overscroll-contain p-1.5"
          >
            {commands.map((command, index) => (
              <Option
                key={command.id}
                id={`${listId}-${index}`}
                command={command}
                isMarked={index === at}
                onMark={() => setMarked(index)}
                onChoose={() => props.onChoose(command)}
              />
            ))}
          </div>
          <p role="status" className={commands.length === 0 ? 'px-4 pb-5 text-muted' : 'sr-only'}>
            {commands.length === 0 ? 'No results' : count(commands.length, 'command')}
          </p>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** Chosen with Enter in the field, which keeps the focus. */
function Option(props: {
  id: string;
  command: Command;
  isMarked: boolean;
  onMark: () => void;
  onChoose: () => void;
}) {
  const { label, kind } = props.command;
  return (
    <div
      id={props.id}
      role="option"
      aria-selected={props.isMarked}
      tabIndex={-1}
      onPointerMove={props.onMark}
      onClick={props.onChoose}
      className="flex cursor-pointer items-center gap-3 rounded-md px-2.5 py-2 aria-selected:bg-sunken"
    >
      <span className="min-w-0 flex-1 truncate">{label}</span>
      <span className="shrink-0 text-sm text-muted">{kind}</span>
      <Icon
        name="chevron"
        className={`size-3.5 -rotate-90 text-muted ${props.isMarked ? '' : 'invisible'}`}
      />
    </div>
  );
}
