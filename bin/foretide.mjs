#!/usr/bin/env node
import './require-node.mjs'

import('./setup.mjs').then(({ setUpAndRun }) =>
  setUpAndRun(async () => {
    const { runCommandLine } = await import('../dist/services/cli/main.js')
    return runCommandLine(process.argv.slice(2))
  }),
)
