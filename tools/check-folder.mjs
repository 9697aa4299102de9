// Runs before each build, even without installed dependencies, in any Node version: plain JavaScript.
import { accessSync, constants, existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
try {
  accessSync(root, constants.W_OK);
} catch (error) {
  exitWith(
    `${root} is not writable (${error.code}). Clone Mantis Sync into a folder that you own.`,
  );
}
if (!existsSync(`${root}node_modules/.bin/turbo`)) {
  exitWith(
    'The dependencies are not installed; pnpm says why above. Run the command again once that is fixed.',
  );
}

function exitWith(line) {
  console.error(line);
  process.exit(1);
}
