import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vite';
import { compression } from 'vite-plugin-compression2';
import { inlineFirstLoad } from './inline-first-load.ts';
import { renderDocuments } from './render-documents.ts';

export default defineConfig({
  plugins: [
    tailwindcss(),
    renderDocuments(),
    inlineFirstLoad(),
    // The API sends these as they are, rather than compress for each request.
    compression({ algorithms: ['brotliCompress', 'gzip'], threshold: 1_000 }),
  ],
  // Preact in the place of React: the same API, 50 kB less before the first page.
  resolve: {
    alias: {
      'react-dom/client': 'preact/compat/client',
      'react-dom': 'preact/compat',
      'react/jsx-runtime': 'preact/jsx-runtime',
      react: 'preact/compat',
    },
  },
  build: {
    // The page's policy allows no inline data but images.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      // Libraries mark parts for servers that render; there is none here.
      onwarn: (warning, warn) => warning.code === 'MODULE_LEVEL_DIRECTIVE' || warn(warning),
      // Few files: each costs a round trip and its headers, which many small ones multiply.
      output: {
        codeSplitting: {
          groups: [
            {
              name: 'vendor',
              test: /node_modules\/(?:.pnpm\/)?(?:@?(?:preact|tanstack|trpc|valibot|use-sync-external-store))/,
            },
            {
              name: 'shared',
              test: /src\/(?:api|ui|words)\/(?!dialog|menu-panel|passkeys)|(?:progress-bar|findings|account-frame)\.tsx/,
              minShareCount: 2,
            },
          ],
        },
      },
    },
  },
  server: { proxy: { '/api': 'http://127.0.0.1:4400', '/trpc': 'http://127.0.0.1:4400' } },
});
