import type { Plugin } from 'vite';
import { FIRST_CALLS } from './src/app/first-calls.ts';

/**
 * Completes the script of index.html with each page's files and first calls, and replaces the link to the style
 * sheet by the sheet itself. What a page needs is then on its way as soon as its HTML has arrived.
 */
export function inlineFirstLoad(): Plugin {
  return {
    name: 'inline-first-load',
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle = {} }) {
        const outputs = Object.values(bundle);
        const chunks = outputs.filter((output) => output.type === 'chunk');
        const filesOf = (page: string): string[] => {
          const chunk = chunks.find(({ facadeModuleId }) =>
            facadeModuleId?.endsWith(`/pages/${page}`),
          );
          return chunk ? [chunk.fileName, ...chunk.imports].map((file) => `/${file}`) : [];
        };
        const firstCalls = FIRST_CALLS.map(({ page, ...rest }) => ({
          ...rest,
          files: filesOf(page).filter((file) => !html.includes(file)),
        }));
        const sheets = outputs.filter((output) => output.fileName.endsWith('.css'));
        return sheets.reduce(
          (page, sheet) =>
            page.replace(
              new RegExp(`<link rel="stylesheet"[^>]*${sheet.fileName}[^>]*>`),
              () => `<style>${'source' in sheet ? String(sheet.source).trim() : ''}</style>`,
            ),
          html.replace("'%FIRST_CALLS%'", () => JSON.stringify(firstCalls)),
        );
      },
    },
  };
}
