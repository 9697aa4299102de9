import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';

const dist = resolve(import.meta.dirname, '../dist');

/** The files of the built dashboard that a browser loads before a route is shown, compressed. */
export async function firstLoad(route: string): Promise<{ files: string[]; bytes: number }> {
  const html = await readFile(join(dist, 'index.html'), 'utf8');
  const assets = await readdir(join(dist, 'assets'));
  const first = assets.filter((name) => new RegExp(`^${route}-[\\w-]{8}\\.js$`).test(name));
  if (first.length !== 1) throw new Error(`The build has ${first.length} parts named ${route}`);
  const waiting = [...html.matchAll(/(?:src|href)="\/assets\/([\w.-]+\.js)"/g)].map(
    ([, name]) => name!,
  );
  waiting.push(...first);
  const files = new Map<string, number>();
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (files.has(name)) continue;
    const source = await readFile(join(dist, 'assets', name), 'utf8');
    files.set(name, gzipSync(source).length);
    // `import("…")` is loaded later; `from"…"` and `import"…"` immediately.
    waiting.push(
      ...[...source.matchAll(/(?:from|import)\s*["']\.\/([\w.-]+\.js)["']/g)].map(
        ([, imported]) => imported!,
      ),
    );
  }
  return {
    files: [...files.keys()],
    bytes: [...files.values()].reduce((sum, size) => sum + size, 0),
  };
}
