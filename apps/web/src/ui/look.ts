import type { IconName } from './icon.tsx';

/** Colours of a state; each state also has a shape. */
export type Tone = 'idle' | 'busy' | 'active' | 'wait' | 'partial' | 'bad' | 'good';

export interface Look {
  word: string;
  tone: Tone;
  icon: IconName;
}
