import type { IconName } from './icon.tsx';

/** Colours of a state; each state has a shape of its own besides. */
export type Tone = 'idle' | 'busy' | 'active' | 'wait' | 'partial' | 'bad' | 'good';

export interface Look {
  word: string;
  tone: Tone;
  icon: IconName;
}
