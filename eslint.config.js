import js from '@eslint/js'
import { createNodeResolver, importX } from 'eslint-plugin-import-x'
import reactHooks from 'eslint-plugin-react-hooks'
import { defineConfig } from 'eslint/config'
import globals from 'globals'
import tseslint from 'typescript-eslint'

const tests = ['**/*.test.{ts,tsx}', 'tests/**']

/**
 * Imports go one way: shared <- engine; shared <- studio <- hosts; renderer -> shared. Each folder and what it may
 * import of `src`; of the engine the studio and the hosts see the protocol alone, so that no host's process loads
 * sharp or onnxruntime.
 */
const mayImport = {
  shared: ['shared'],
  'main/engine': ['shared', 'main/engine'],
  'main/engine/protocol': ['shared', 'main/engine/protocol'],
  'main/engine/diffusion': ['shared', 'main/engine/diffusion'],
  'main/studio': ['shared', 'main/engine/protocol', 'main/studio'],
  'main/web': ['shared', 'main/engine/protocol', 'main/studio', 'main/web'],
  'main/cli': ['shared', 'main/engine/protocol', 'main/studio', 'main/web', 'main/cli'],
  'main/desktop': ['shared', 'main/engine/protocol', 'main/studio', 'main/desktop'],
  preload: ['shared', 'preload'],
  renderer: ['shared', 'renderer'],
}

const zones = Object.entries(mayImport).map(([folder, allowed]) => ({
  target: `./src/${folder}`,
  from: './src',
  except: allowed.map((path) => `./${path}`),
  message: `src/${folder} may import of src only: ${allowed.join(', ')}.`,
}))

const io = { regex: '^node:', message: 'This folder is pure: no Node modules.' }
const only = (name, where) => ({ group: [name, `${name}/*`], message: `Only ${where} may import ${name}.` })
const electron = only('electron', 'src/main/desktop and src/preload')
const sharp = only('sharp', 'src/main/engine')
const onnxruntime = only('onnxruntime-node', 'src/main/engine/runtime')
const packages = (files, patterns, ignores = []) => ({
  files,
  ignores: [...tests, ...ignores],
  rules: { 'no-restricted-imports': ['error', { patterns }] },
})
/** Names that only one kind of process has: what is shared runs in all of them. */
const hostGlobals = ['window', 'document', 'navigator', 'localStorage', 'process', 'Buffer', 'require', '__dirname']

export default defineConfig(
  { ignores: ['out/', 'node_modules/', 'test-results/', 'playwright-report/', 'models/', 'docs/', '.cache/'] },
  js.configs.recommended,
  { files: ['**/*.{js,mjs}'], languageOptions: { globals: globals.node } },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strict],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      // What was caught is of unknown type, and is thrown on as it was.
      '@typescript-eslint/only-throw-error': ['error', { allowThrowingUnknown: true }],
      '@typescript-eslint/prefer-promise-reject-errors': ['error', { allowThrowingUnknown: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // Loops over typed arrays index inside their bounds; `a[i]!` says so where noUncheckedIndexedAccess can't know.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // A schema and the type inferred from it share a name (`const Edit`, `type Edit`).
      '@typescript-eslint/no-redeclare': 'off',
      '@typescript-eslint/no-invalid-void-type': 'off',
      // Drafts of a state are records by id, and what is closed is deleted from them.
      '@typescript-eslint/no-dynamic-delete': 'off',
    },
  },
  { files: ['src/renderer/**/*.{ts,tsx}'], ...reactHooks.configs.flat['recommended-latest'] },
  {
    files: ['src/**/*.{ts,tsx}'],
    ignores: tests,
    plugins: { 'import-x': importX },
    settings: {
      'import-x/resolver-next': [
        createNodeResolver({ extensions: ['.ts', '.tsx', '.json'], extensionAlias: { '.js': ['.ts', '.tsx', '.js'] } }),
      ],
    },
    rules: { 'import-x/no-restricted-paths': ['error', { basePath: import.meta.dirname, zones }] },
  },
  packages(['src/**/*.{ts,tsx}'], [electron, sharp, onnxruntime]),
  packages(['src/main/engine/**/*.ts'], [electron, onnxruntime]),
  packages(['src/main/engine/runtime/**/*.ts'], [electron]),
  packages(['src/shared/**/*.ts', 'src/main/engine/diffusion/**/*.ts'], [electron, sharp, onnxruntime, io]),
  packages(['src/main/desktop/**/*.ts', 'src/preload/**/*.ts'], [sharp, onnxruntime]),
  packages(['src/renderer/**/*.{ts,tsx}'], [electron, sharp, onnxruntime, io]),
  {
    files: ['src/shared/**/*.ts', 'src/main/engine/diffusion/**/*.ts'],
    ignores: tests,
    rules: { 'no-restricted-globals': ['error', ...hostGlobals] },
  },
)
