import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'

const root = import.meta.dirname
const at = (path: string) => resolve(root, path)
const present = (entries: Record<string, string>) =>
  Object.fromEntries(Object.entries(entries).filter(([, path]) => existsSync(path)))

/** One entry for each thing that is started as a process or thread of its own. */
const mainEntries = present({
  index: at('src/main/desktop/index.ts'),
  cli: at('src/main/cli/index.ts'),
  engine: at('src/main/engine/process.ts'),
  'inference-worker': at('src/main/engine/runtime/worker.ts'),
})
const preloadEntries = present({ index: at('src/preload/index.ts') })
const page = at('src/renderer/index.html')

export default defineConfig({
  ...(Object.keys(mainEntries).length > 0 && {
    main: {
      build: {
        // The same files run in plain Node (command line, browser host, engine) and in Electron, whose Node is newer.
        target: 'node20.19',
        externalizeDeps: true,
        rolldownOptions: {
          input: mainEntries,
          output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
        },
      },
    },
  }),
  ...(Object.keys(preloadEntries).length > 0 && {
    preload: {
      build: {
        // A sandboxed preload can load nothing but 'electron': one CommonJS file with everything inside.
        externalizeDeps: false,
        rolldownOptions: { input: preloadEntries, output: { format: 'cjs', entryFileNames: '[name].cjs' } },
      },
    },
  }),
  ...(existsSync(page) && {
    renderer: {
      root: at('src/renderer'),
      plugins: [react()],
      server: { fs: { allow: [root] } },
      build: {
        minify: true,
        // Everything is a file of its own: the content security policy need not allow data: scripts or fonts.
        assetsInlineLimit: 0,
        chunkSizeWarningLimit: 2000,
        rolldownOptions: { input: page },
      },
    },
  }),
})
