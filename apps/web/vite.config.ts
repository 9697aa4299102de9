import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { compression } from 'vite-plugin-compression2';

export default defineConfig({
  plugins: [
    react(),
    tailwindcss(),
    // The API sends these as they lie there, rather than compress anew for each who asks.
    compression({ algorithms: ['brotliCompress', 'gzip'], threshold: 1_000 }),
  ],
  build: {
    // The page's policy allows no inline data but images.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { '/api': 'http://127.0.0.1:4400', '/trpc': 'http://127.0.0.1:4400' } },
});
