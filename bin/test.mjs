// `npm test`: the set-up, then every check of the house and every test. `--suite crash` (accuracy, learning, soak) runs the tests of
// that folder instead; other arguments go to Vitest.
import './require-node.mjs'

import('./setup.mjs').then(({ setUpAndRun }) =>
  setUpAndRun(async () => {
    const { runTests } = await import('./run-tests.mjs')
    return runTests(process.argv.slice(2))
  }),
)
