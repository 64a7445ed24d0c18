import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { ForetideError } from '#shared/errors/foretide-error'

/** A command of the pipeline bench broke off. */
class BenchedCommandError extends ForetideError {
  readonly code = 'BENCHED_COMMAND_FAILED'
  override readonly exitCode = 3
}

/** The command line beside the build that this file lies in. */
export const FORETIDE = fileURLToPath(new URL('../../../../bin/foretide.mjs', import.meta.url))

/** A started process, and what it says line by line. */
export interface LineProcess {
  /** Whether it has not ended. */
  readonly runs: boolean
  /** Show its lines to `look` until that finds something in one; null when they end before. To be called once, at once. */
  find<T>(look: (line: string) => T | null): Promise<T | null>
  /** @throws BenchedCommandError when it ended with another code than 0 */
  ended(): Promise<void>
  /** Ask it to stop, and wait until it has. */
  stop(): Promise<void>
}

/**
 * Start a program.
 * @param core to pin it to with `taskset`; null: none
 * @param signal stops it
 * @param onError told what it writes to standard error, which is where it tells of its progress
 */
export function startProcess(
  command: readonly string[],
  core: number | null,
  signal: AbortSignal,
  onError: (text: string) => void = () => undefined,
): LineProcess {
  const [program = '', ...rest] = core === null ? command : ['taskset', '-c', String(core), ...command]
  const child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'pipe'] })
  let complaint = ''
  let failed: Error | null = null
  child.stderr?.on('data', (text: Buffer) => {
    complaint = (complaint + text.toString()).slice(-2_000)
    onError(text.toString())
  })
  child.on('error', (error) => {
    failed = error
  })
  const closed = once(child, 'close').then(
    ([code]) => code as number | null,
    () => null,
  )
  const interrupt = () => void child.kill('SIGINT')
  signal.addEventListener('abort', interrupt)
  void closed.then(() => signal.removeEventListener('abort', interrupt))
  if (signal.aborted) interrupt()
  return {
    get runs() {
      return child.exitCode === null && child.signalCode === null
    },
    find: (look) =>
      new Promise((resolve) => {
        // Read on after the find: a process that nobody reads from stops when the pipe is full.
        const lines = createInterface({ input: child.stdout! })
        lines.on('line', (line) => {
          const found = look(line)
          if (found !== null) resolve(found)
        })
        lines.on('close', () => resolve(null))
      }),
    ended: async () => {
      const code = await closed
      if (code === 0 || signal.aborted) return
      const last = failed ? failed.message : complaint.trim().split('\n').at(-1)
      throw new BenchedCommandError(`\`${command.slice(0, 3).join(' ')} …\` ended with ${code}: ${last}`)
    },
    stop: async () => {
      child.kill('SIGINT')
      await closed
    },
  }
}

/** Run a program to its end, as `startProcess` starts it. @returns its last line */
export async function lastLineOf(
  command: readonly string[],
  core: number | null,
  signal: AbortSignal,
  onError?: (text: string) => void,
): Promise<string> {
  const process = startProcess(command, core, signal, onError)
  let last = ''
  await process.find((line) => {
    if (line !== '') last = line
    return null
  })
  await process.ended()
  return last
}
