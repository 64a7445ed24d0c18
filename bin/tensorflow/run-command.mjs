import { spawn } from 'node:child_process'

/** What a group gets to end by itself before it is killed. */
const GRACE_MS = 3_000

/** Somebody wants us to end. */
export class InterruptedError extends Error {
  /** @param {NodeJS.Signals} signal */
  constructor(signal) {
    super(`interrupted by ${signal}`)
    this.signal = signal
  }
}

/**
 * Run a command to its end, in a process group of its own: what it has started ends with it.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {object} options
 * @param {number} options.limitMs how long it may take at most
 * @param {AbortSignal} options.stop its reason is an `InterruptedError`, and is thrown once nothing runs any more
 * @param {string} [options.cwd]
 * @param {NodeJS.ProcessEnv} [options.env]
 * @param {boolean} [options.shown] let its output through
 * @returns {Promise<{ code: number | null, signal: NodeJS.Signals | null, output: string, timedOut: boolean }>}
 * @throws the spawn error, when there is no such command
 */
export function runCommand(command, args, { limitMs, stop, cwd, env, shown = false }) {
  return new Promise((resolve, reject) => {
    if (stop.aborted) {
      reject(stop.reason)
      return
    }
    const grouped = process.platform !== 'win32'
    const stdio = shown ? 'inherit' : 'pipe'
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', stdio, stdio], detached: grouped })
    const chunks = []
    child.stdout?.on('data', (chunk) => chunks.push(chunk))
    child.stderr?.on('data', (chunk) => chunks.push(chunk))
    const signalGroup = (signal) => {
      try {
        if (grouped && child.pid !== undefined) process.kill(-child.pid, signal)
        else child.kill(signal)
      } catch {
        // It has ended in the meantime.
      }
    }
    let timedOut = false
    let killing
    const end = () => {
      signalGroup('SIGTERM')
      killing ??= setTimeout(() => signalGroup('SIGKILL'), GRACE_MS)
    }
    const limit = setTimeout(() => {
      timedOut = true
      end()
    }, limitMs)
    stop.addEventListener('abort', end, { once: true })
    const settle = () => {
      clearTimeout(limit)
      clearTimeout(killing)
      stop.removeEventListener('abort', end)
      // Nothing of the group may write on while its folder is being removed.
      if (timedOut || stop.aborted) signalGroup('SIGKILL')
    }
    child.on('error', (cause) => {
      settle()
      reject(cause)
    })
    child.on('close', (code, signal) => {
      settle()
      if (stop.aborted) reject(stop.reason)
      else resolve({ code, signal, output: Buffer.concat(chunks).toString('utf8'), timedOut })
    })
  })
}

/** The end of what a command has said, for an error message: where it says what went wrong. */
export function lastLines(output, count = 12) {
  const lines = output.split('\n').filter((line) => line.trim() !== '')
  return lines
    .slice(-count)
    .map((line) => `    ${line}`)
    .join('\n')
}
