import { z } from 'zod';

/** Who is calling, and for which organisation. */
export const meOutput = z.object({
  /** Null where an API key calls. */
  user: z.object({ id: z.string(), name: z.string(), email: z.string() }).nullable(),
  /** Null where a person calls. */
  apiKey: z.object({ id: z.string(), name: z.string().nullable() }).nullable(),
  /** Null for a person who belongs to no organisation yet. */
  organisation: z.object({ id: z.string(), name: z.string(), slug: z.string() }).nullable(),
  /** `owner`, `admin` or `member`; null for an API key or without an organisation. */
  role: z.string().nullable(),
});
