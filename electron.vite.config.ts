import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'
import { resolve } from 'node:path'

const root = import.meta.dirname
const at = (path: string) => resolve(root, path)

export default defineConfig({
  main: {
    build: {
      // The same files run in plain Node (command line, browser host, engine) and in Electron, whose Node is newer.
      target: 'node20.19',
      // Inside the build are the packages that a start waits for. Found and read one by one, zod's hundred files alone
      // took a quarter of what the engine does until it is ready.
      externalizeDeps: {
        exclude: ['commander', 'i18next', 'zod', 'p-queue', '@orpc/client', '@orpc/contract', '@orpc/server'],
      },
      rolldownOptions: {
        // One entry for each thing that is started as a process or a thread of its own.
        input: {
          index: at('src/main/desktop/index.ts'),
          cli: at('src/main/cli/index.ts'),
          engine: at('src/main/engine/process.ts'),
          'inference-worker': at('src/main/engine/runtime/worker.ts'),
          'patch-worker': at('src/main/engine/inpaint/worker.ts'),
        },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      // A sandboxed preload can load nothing but 'electron': one CommonJS file with everything inside.
      externalizeDeps: false,
      rolldownOptions: {
        input: { index: at('src/preload/index.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: at('src/renderer'),
    plugins: [react()],
    server: { fs: { allow: [root] } },
    build: {
      minify: true,
      // Everything is a file of its own: the content security policy need not allow data: scripts or fonts.
      assetsInlineLimit: 0,
      chunkSizeWarningLimit: 2000,
      rolldownOptions: { input: at('src/renderer/index.html') },
    },
  },
})
