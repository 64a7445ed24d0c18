import { buildProgram } from '#services/cli/program'
import { reportError } from '#services/cli/report-error'
import { systemClock } from '#shared/clock/system-clock'

export interface CommandResult {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** Run a command in this process and keep what it writes. */
export async function runCommand(
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
  stop = new AbortController().signal,
): Promise<CommandResult> {
  let code = 0
  let out = ''
  let err = ''
  const terminal = {
    out: { write: (text: string) => (out += text) },
    err: { write: (text: string) => (err += text) },
    colour: false,
  }
  const json = argv.includes('--json')
  const ended = (said: number) => {
    code = said
  }
  const program = buildProgram({ terminal, env, clock: systemClock, stop }, ended, json)
  try {
    await program.parseAsync(argv, { from: 'user' })
  } catch (error) {
    code = reportError(error, terminal.err, env, json)
  }
  return { code, out, err }
}
