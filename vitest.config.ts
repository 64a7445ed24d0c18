import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const root = fileURLToPath(new URL('.', import.meta.url))

/** Suites that take minutes: `vitest run --mode crash` runs one of them, and nothing else does. */
const SLOW_SUITES = ['crash', 'accuracy', 'soak', 'broker', 'learning']

export default defineConfig(({ mode }) => ({
  resolve: {
    // Tests run the sources; the package's own `imports` point at the build.
    alias: [{ find: /^#(shared|services)\/(.*)$/, replacement: `${root}$1/$2.ts` }],
  },
  test: {
    ...(SLOW_SUITES.includes(mode)
      ? {
          include: [`test/${mode}/**/*.test.ts`],
          testTimeout: mode === 'broker' ? 60_000 : 20 * 60_000,
          ...(['broker', 'crash'].includes(mode) ? { globalSetup: ['test/broker/one-broker.ts'] } : {}),
        }
      : {
          include: ['test/**/*.test.ts'],
          exclude: SLOW_SUITES.map((suite) => `test/${suite}/**`),
          testTimeout: 120_000,
        }),
    hookTimeout: 60_000,
    // A machine that others use may take long over what is a moment's work.
    expect: { poll: { timeout: 20_000 } },
    maxWorkers: 2,
    // As the command line sets them: TensorFlow's library is quiet and fast on small matrices.
    env: { TF_CPP_MIN_LOG_LEVEL: '1', TF_ENABLE_ONEDNN_OPTS: '0' },
  },
}))
