import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { readEnvironment, withoutTensorflowSettings } from '#shared/configuration/environment'
import { ForetideError } from '#shared/errors/foretide-error'
import type { ContestantName, ContestantReply, ContestantRequest } from './contestant.js'
import type { EngineCase } from './engine-case.js'

/** A contestant's process broke off or answered with a fault. */
class ContestantFailedError extends ForetideError {
  readonly code = 'CONTESTANT_FAILED'
  override readonly exitCode = 3
}

/** A contestant in its own process. */
export interface RunningContestant {
  readonly name: ContestantName
  readonly backend: string
  prepare(chosen: EngineCase, warmUpMs: number): Promise<void>
  /** @returns units a second */
  measure(ms: number): Promise<number>
  /** @returns GFLOP/s, or null where it cannot be known */
  roofline(ms: number): Promise<number | null>
  stop(): void
}

/**
 * Start a contestant, on one core where `core` is given.
 * @returns why it cannot take part, where it cannot
 */
export async function startContestant(
  name: ContestantName,
  core: number | null,
): Promise<RunningContestant | { readonly unavailable: string }> {
  const child = spawnPinned(fileURLToPath(new URL('./contestant-process.js', import.meta.url)), name, core)
  let complaint = ''
  child.stderr?.on('data', (text: Buffer) => {
    complaint = (complaint + text.toString()).slice(-2_000)
  })
  const failure = (what: string) =>
    new ContestantFailedError(`The engine bench's ${name} ${what}. ${lastLine(complaint)}`.trim())
  const receive = async (): Promise<ContestantReply> => {
    const ended = new AbortController()
    const { signal } = ended
    const left = once(child, 'exit', { signal }).then(() => null)
    const answered = once(child, 'message', { signal }).then(([message]) => message as ContestantReply)
    left.catch(() => {})
    answered.catch(() => {})
    const message = await Promise.race([answered, left])
    ended.abort()
    if (message === null) throw failure('ended before it had answered')
    if (message.reply === 'failed') throw failure(`failed: ${message.reason}`)
    return message
  }
  const request = async (message: ContestantRequest): Promise<number | null> => {
    if (!child.connected) throw failure('has ended')
    const answer = receive()
    child.send(message)
    const got = await answer
    return got.reply === 'measured' ? got.rate : null
  }
  const first = await receive()
  if (first.reply !== 'ready') {
    child.kill()
    return { unavailable: first.reply === 'unavailable' ? first.reason : 'it did not start' }
  }
  return {
    name,
    backend: first.backend,
    prepare: async (chosen, warmUpMs) => void (await request({ ask: 'prepare', chosen, warmUpMs })),
    measure: async (ms) => (await request({ ask: 'measure', ms })) ?? Number.NaN,
    roofline: (ms) => request({ ask: 'roofline', ms }),
    stop: () => void child.kill(),
  }
}

/** What a contestant prints is no part of the bench's output. */
function spawnPinned(script: string, name: string, core: number | null): ChildProcess {
  const stdio: StdioOptions = ['ignore', 'ignore', 'pipe', 'ipc']
  const env = name === 'tfjs-node-plain' ? withoutTensorflowSettings(readEnvironment()) : readEnvironment()
  if (core === null) return spawn(process.execPath, [script, name], { stdio, env })
  return spawn('taskset', ['-c', String(core), process.execPath, script, name], { stdio, env })
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? ''
}
