import { z } from 'zod';

/** One line of text, such as a name: trimmed, not empty, without control characters and lone surrogates. */
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

/** Like `lineText`, with line breaks: text written for other people, such as a reason. */
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

/** Text from another system, such as a store's message: checked only for what PostgreSQL cannot store. */
export function storableText(maxLength: number) {
  return z
    .string()
    .max(maxLength)
    .refine((text) => text.isWellFormed() && !text.includes('\0'), {
      error: 'Must be well-formed text',
    });
}
