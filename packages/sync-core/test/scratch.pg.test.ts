import { createTestDatabase } from '@mantis-sync/db/testing';
import { it } from 'vitest';
it('x', async () => {
  const db = await createTestDatabase();
  for (const q of [
    String.raw`select ('[{"a":1,"payload":{"n":"\u0000"}}]'::json->0)->'payload' as v`,
    String.raw`select item->'payload' as v, item->>'a' as a from json_array_elements('[{"a":1,"payload":{"n":"\u0000"}}]'::json) as e(item)`,
    String.raw`select item->'payload' as v, json_typeof(item->'payload'), item->>'a' as a from json_array_elements('[{"a":1,"payload":{"n":"\ud800 x"}}]'::json) as e(item)`,
  ]) {
    try { console.log(JSON.stringify((await db.admin.query(q)).rows)); } catch (e) { console.log(q, (e as Error).message, (e as {code:string}).code); }
  }
  await db.drop();
});
