import { z } from 'zod';

/**
 * A text of one line that a person or program chose, such as a name: trimmed, not empty, and without
 * control characters and half characters, which PostgreSQL cannot keep or a screen cannot show.
 */
export function lineText(maxLength: number) {
  return z
    .string()
    .trim()
    .min(1)
    .max(maxLength)
    .refine((text) => text.isWellFormed() && !/\p{Cc}/u.test(text), {
      error: 'Must be one line of text without control characters',
    });
}

/** As `lineText`, of any number of lines: what a person writes to another, such as a reason. */
export function noteText(maxLength: number) {
  return z
    .string()
    .trim()
    .min(1)
    .max(maxLength)
    .refine((text) => text.isWellFormed() && !/[^\P{Cc}\n\r\t]/u.test(text), {
      error: 'Must be text without control characters',
    });
}

/** Text as something else has put it, such as the words of a store; no more than what PostgreSQL can keep. */
export function storableText(maxLength: number) {
  return z
    .string()
    .max(maxLength)
    .refine((text) => text.isWellFormed() && !text.includes('\0'), {
      error: 'Must be well-formed text',
    });
}
