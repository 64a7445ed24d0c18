#!/usr/bin/env -S node --max-semi-space-size=64
// Young memory of 64 MB: what a batch makes is gone before it is collected, instead of growing old.
import './require-node.mjs'

import('./setup.mjs').then(({ setUpAndRun }) =>
  setUpAndRun(async () => {
    const { runCommandLine } = await import('../dist/services/cli/main.js')
    return runCommandLine(process.argv.slice(2))
  }),
)
