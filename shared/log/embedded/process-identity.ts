import { readFileSync, readlinkSync } from 'node:fs'
import { threadId } from 'node:worker_threads'

/** Which thread of which process this is, so that another can tell whether it still lives. Empty parts are unknown. */
export interface ProcessIdentity {
  /** Changes when the machine restarts. */
  readonly boot: string
  /** Processes of other namespaces (containers) cannot be looked up by their id. */
  readonly namespace: string
  readonly pid: number
  /** When the process started, in clock ticks since boot: a recycled id has another. */
  readonly started: string
  /** 0 is the main thread, which lives as long as the process. */
  readonly thread: number
}

export type Liveness = 'alive' | 'dead' | 'unknown'

export function ownIdentity(): ProcessIdentity {
  return {
    boot: bootId(),
    namespace: pidNamespace(),
    pid: process.pid,
    started: startTime(process.pid),
    thread: threadId,
  }
}

/** Whether the process (and thread) of `identity` lives, as seen from `self`. `unknown`: only its lease can tell. */
export function liveness(identity: ProcessIdentity, self: ProcessIdentity): Liveness {
  if (identity.boot !== self.boot) return 'dead'
  if (identity.namespace !== self.namespace) return 'unknown'
  if (!exists(identity.pid)) return 'dead'
  if (identity.started !== '' && identity.started !== startTime(identity.pid)) return 'dead'
  return identity.started === '' || identity.thread !== 0 ? 'unknown' : 'alive'
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH')
  }
}

/** Field 22 of /proc/<pid>/stat (proc(5)); a zombie no longer runs, so it has none here. */
function startTime(pid: number): string {
  const stat = readOr('', () => readFileSync(`/proc/${pid}/stat`, 'latin1'))
  // The second field is the command in parentheses, and may itself hold blanks and parentheses.
  const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return state === 'Z' || state === 'X' ? '' : (rest[18] ?? '')
}

function bootId(): string {
  return readOr('', () => readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim())
}

function pidNamespace(): string {
  return readOr('', () => readlinkSync('/proc/self/ns/pid'))
}

function readOr<T>(otherwise: T, read: () => T): T {
  try {
    return read()
  } catch {
    return otherwise
  }
}
