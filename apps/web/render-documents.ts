import { Marked } from 'marked';
import type { Plugin } from 'vite';

/** Documents of the folder docs as modules with their HTML, for the help pages. */
export function renderDocuments(): Plugin {
  return {
    name: 'render-documents',
    transform(markdown, id) {
      if (!id.endsWith('.md')) return null;
      return { code: `export default ${JSON.stringify(toHtml(markdown))}`, map: null };
    },
  };
}

/** Of our own documents only: HTML inside them stays as it is. */
export function toHtml(markdown: string): string {
  return new Marked({
    renderer: {
      heading({ tokens, depth }) {
        const html = this.parser.parseInline(tokens);
        return `<h${depth} id="${idOf(html)}">${html}</h${depth}>\n`;
      },
      link({ href, tokens }) {
        const html = this.parser.parseInline(tokens);
        const [, document, section = ''] = /^([\w-]+)\.md(#.*)?$/.exec(href) ?? [];
        if (document !== undefined) return `<a href="/help/${document}${section}">${html}</a>`;
        if (href.startsWith('#')) return `<a href="${href}">${html}</a>`;
        const isElsewhere = /^https?:/.test(href);
        // What is left are files of the repository, which are not part of an installation.
        return isElsewhere ? `<a href="${href}" rel="noreferrer">${html}</a>` : html;
      },
      // Pictures of the dashboard, inside the dashboard.
      image: () => '',
    },
    hooks: {
      // On a phone these are wider than the page, and the keyboard must be able to scroll them.
      postprocess: (html) =>
        html
          .replaceAll('<table>', '<div class="overflow-x-auto" tabindex="0"><table>')
          .replaceAll('</table>', '</table></div>')
          .replaceAll('<pre>', '<pre tabindex="0">'),
    },
  }).parse(markdown, { async: false });
}

/** The id that GitHub gives a heading. */
function idOf(html: string): string {
  const text = html.replace(/<[^>]+>/g, '').replace(/&\w+;|&#\d+;/g, '');
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');
}
