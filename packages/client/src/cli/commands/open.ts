import { spawn } from 'node:child_process';
import { type AddCommand, findRunId } from '../context.ts';
import { EXIT } from '../exit-code.ts';

export const addOpen: AddCommand = (program, act) =>
  program
    .command('open')
    .description('open the dashboard, or a run in it, in the browser')
    .argument('[run|store]', 'a run, or the newest run of a store')
    .action(
      act(async (context, runOrStore: string | undefined) => {
        const path =
          runOrStore === undefined ? '/' : `/runs/${await findRunId(context, runOrStore)}`;
        const url = context.linkTo(path);
        context.console.print({ url }, url);
        openInBrowser(url);
        return EXIT.ok;
      }),
    );

const OPENERS: Partial<Record<NodeJS.Platform, string[]>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

/** Without a browser, the printed address must suffice. */
function openInBrowser(url: string): void {
  const [program = 'xdg-open', ...args] = OPENERS[process.platform] ?? [];
  const child = spawn(program, [...args, url], { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
}
