// `npm start`: from a fresh clone to a running platform. In one process, so that signals reach what runs.
import './require-node.mjs'

import('./setup.mjs').then(({ setUpAndRun }) =>
  setUpAndRun(async () => {
    const { runCommandLine } = await import('../dist/services/cli/main.js')
    return runCommandLine(['up', ...process.argv.slice(2)])
  }),
)
