import type { AddCommand } from '../context.ts';
import { EXIT } from '../exit-code.ts';

export const addRotateKeys: AddCommand = (program, act) =>
  program
    .command('rotate-keys')
    .description('encrypt the keys of the stores with the newest secret key of the server')
    .action(
      act(async ({ sync, console, signal }) => {
        const result = await sync.resealKeys({ signal });
        const { stores, resealed, current, unreadable, contended } = result;
        const lines = [
          `Secrets of ${stores} ${stores === 1 ? 'store' : 'stores'}: ${resealed} re-encrypted, ${current} already current.`,
        ];
        if (contended > 0) lines.push(`${contended} changed in the meantime: run this again.`);
        if (unreadable > 0)
          lines.push(
            `${unreadable} cannot be decrypted with any key of the server: enter the keys of those stores again.`,
          );
        console.print(result, lines.join('\n'));
        if (unreadable > 0) return EXIT.person;
        return contended > 0 ? EXIT.failed : EXIT.ok;
      }),
    );
