import { CommanderError } from 'commander'
import type { Environment } from '#shared/configuration/environment'
import { ForetideError } from '#shared/errors/foretide-error'
import type { TextStream } from './terminal/text-stream.js'

/** Exit code of a bug: outside of those that commands mean something by. */
const BUG = 70

/**
 * Say what went wrong, as one sentence, or as one JSON object with `json`.
 * @returns the exit code: an error's own, or 70 for what nobody foresaw
 */
export function reportError(error: unknown, err: TextStream, env: Environment, json: boolean): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0
    // To people Commander has written its own message; its usage errors end with 1, which here means a finding.
    if (json) {
      const message = error.message.replace(/^error: /, '')
      err.write(`${JSON.stringify({ error: { code: 'USAGE', message } })}\n`)
    }
    return 2
  }
  const known = error instanceof ForetideError
  const message = error instanceof Error ? error.message : String(error)
  if (json) err.write(`${JSON.stringify({ error: { code: known ? error.code : 'BUG', message } })}\n`)
  else if (known) err.write(`foretide: ${message}\n`)
  else err.write(`foretide: this is a bug, please report it: ${message}\n`)
  if (env.DEBUG && error instanceof Error) err.write(`${error.stack}\n`)
  else if (!known && !json) err.write('  (run it again with DEBUG=1 to see where)\n')
  return known ? error.exitCode : BUG
}
