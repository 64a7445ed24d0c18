// What the image runs: the command line, without the set-up of a checkout.
import { runCommandLine } from './dist/services/cli/main.js'

process.exitCode = await runCommandLine(process.argv.slice(2))
