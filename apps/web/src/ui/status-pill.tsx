import type { Look, Tone } from './look.ts';
import { Icon } from './icon.tsx';

const softTones: Record<Tone, string> = {
  idle: 'bg-sunken text-muted',
  busy: 'bg-busy-soft text-busy',
  active: 'bg-accent-soft text-accent',
  wait: 'bg-wait-soft text-wait',
  partial: 'bg-partial-soft text-partial',
  bad: 'bg-bad-soft text-bad',
  good: 'bg-accent-soft text-accent',
};

export const toneText: Record<Tone, string> = {
  idle: 'text-muted',
  busy: 'text-busy',
  active: 'text-accent',
  wait: 'text-wait',
  partial: 'text-partial',
  bad: 'text-bad',
  good: 'text-accent',
};

/** A state: colour, shape and word. */
export function StatusPill({ look }: { look: Look }) {
  return (
    <span
      className={`inline-flex h-6 shrink-0 items-center gap-1.5 rounded-full px-2.5 text-xs font-semibold whitespace-nowrap ${softTones[look.tone]}`}
    >
      <Icon name={look.icon} className="size-3.5" />
      {look.word}
    </span>
  );
}
