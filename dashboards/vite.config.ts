import { defineConfig } from 'vite'

/** Everything is served from the ward's own server, so paths are relative and nothing is inlined (Content-Security-Policy). */
export default defineConfig({
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: { outDir: 'dist', emptyOutDir: true, assetsInlineLimit: 0, modulePreload: { polyfill: false } },
})
