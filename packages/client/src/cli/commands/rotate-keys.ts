import type { Command } from '../command.ts';
import { EXIT } from '../exit-code.ts';

export const rotateKeys: Command = {
  name: 'rotate-keys',
  operands: [],
  about: "Seal the stores' keys with the newest sealing key of the server",
  flags: {},
  async run({ sync, console, signal }) {
    const result = await sync.resealKeys({ signal });
    const { stores, resealed, current, unreadable, contended } = result;
    const lines = [
      `Secrets of ${stores} ${stores === 1 ? 'store' : 'stores'}: ${resealed} sealed anew, ${current} were already.`,
    ];
    if (contended > 0) lines.push(`${contended} were changed meanwhile: run this again.`);
    if (unreadable > 0)
      lines.push(
        `${unreadable} do not open with any key of the server: give those stores their keys again.`,
      );
    console.print(result, lines.join('\n'));
    if (unreadable > 0) return EXIT.person;
    return contended > 0 ? EXIT.failed : EXIT.ok;
  },
};
