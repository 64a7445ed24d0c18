import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const root = fileURLToPath(new URL('.', import.meta.url))

export default defineConfig({
  resolve: {
    // Tests run the sources; the package's own `imports` point at the build.
    alias: [{ find: /^#(shared|services)\/(.*)$/, replacement: `${root}$1/$2.ts` }],
  },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/crash/**', 'test/accuracy/**', 'test/soak/**'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
})
