import { useSyncExternalStore } from 'react';

/** A choice of how every page looks. */
export interface Appearance {
  name: string;
  choices: readonly { label: string; choose: () => void }[];
  /** The label of the present choice. */
  readLabel: () => string;
  /** Calls back after each choice, until the returned function is called. */
  subscribe: (listener: () => void) => () => void;
}

/** The label of the present choice. */
export function useChosen({ subscribe, readLabel }: Appearance): string {
  return useSyncExternalStore(subscribe, readLabel);
}

/** `system` follows the device. */
export const THEME = createAppearance('theme', {
  system: 'System theme',
  light: 'Light theme',
  dark: 'Dark theme',
});

/** The height of the rows of tables. */
export const DENSITY = createAppearance('density', {
  comfortable: 'Comfortable rows',
  compact: 'Compact rows',
});

/**
 * Kept in this browser and as an attribute of the document, which index.html sets before the first paint.
 *
 * @param labels by value, the usual one first
 */
function createAppearance(name: string, labels: Record<string, string>): Appearance {
  const listeners = new Set<() => void>();

  function readLabel(): string {
    const { [name]: value = '' } = document.documentElement.dataset;
    return labels[value] ?? Object.values(labels)[0]!;
  }
  function choose(value: string): void {
    document.documentElement.dataset[name] = value;
    try {
      localStorage.setItem(`mantis-${name}`, value);
    } catch {
      // No storage available: applies to this page only.
    }
    for (const listener of listeners) listener();
  }
  function subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }
  return {
    name,
    choices: Object.entries(labels).map(([value, label]) => ({
      label,
      choose: () => choose(value),
    })),
    readLabel,
    subscribe,
  };
}
