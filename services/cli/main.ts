import { performance } from 'node:perf_hooks'
import { systemClock } from '#shared/clock/system-clock'
import { readEnvironment, setTensorflowEnvironment } from '#shared/configuration/environment'
import { collectSeldom } from './collect-seldom.js'
import { keepObjectsYoung } from './keep-objects-young.js'
import { buildProgram } from './program.js'
import { reportError } from './report-error.js'
import { stopOnSignals } from './stop-signals.js'
import { StatusLine } from './terminal/status-line.js'
import { openTerminal } from './terminal/terminal.js'

/** What a command has left open by mistake must not keep its process alive for longer than this. */
const LINGER_MS = 2_000
/** Exit code where the disk behind standard output is full: 1 would say that something was found. */
const CANNOT_WRITE = 3

/**
 * Run one command to its end.
 * @param argv without the names of Node and the script
 * @returns the exit code: 0 ok, 1 finding, 2 usage, 3 cannot reach
 */
export async function runCommandLine(argv: readonly string[]): Promise<number> {
  keepObjectsYoung()
  collectSeldom()
  setTensorflowEnvironment()
  const env = readEnvironment()
  const terminal = openTerminal(process.stdout, process.stderr, env)
  // `foretide tail | head`: whoever reads has seen enough.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
    terminal.err.write(`foretide: what was found cannot be written: ${error.message}\n`)
    process.exit(CANNOT_WRITE)
  })
  const stop = stopOnSignals(
    () => performance.now(),
    (code) => process.exit(code),
    env,
  )
  let code = 0
  const json = argv.includes('--json')
  const ended = (said: number) => {
    code = said
  }
  const program = buildProgram({ terminal, env, clock: systemClock, stop }, ended, json)
  try {
    await program.parseAsync(argv, { from: 'user' })
  } catch (error) {
    // What went on has come to its end.
    new StatusLine(terminal.err).clear()
    code = reportError(error, terminal.err, env, json)
  }
  setTimeout(() => process.exit(code), LINGER_MS).unref()
  return code
}
