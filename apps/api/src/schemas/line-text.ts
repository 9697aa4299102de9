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
