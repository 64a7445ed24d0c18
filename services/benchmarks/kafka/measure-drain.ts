import type { Clock } from '#shared/clock/clock'
import { endsOf } from '#shared/log/ends-of'
import type { Log, Topic } from '#shared/log/port'

const POLL_MS = 250
/** What starting and joining take, and the last batches of uneven partitions, are no throughput. */
const FROM_SHARE = 0.3
const TO_SHARE = 0.95

export interface DrainOptions {
  readonly log: Log
  /** Topic that gets a record for each event. */
  readonly topic: Topic
  /** Records that it will have. */
  readonly total: number
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Rejects when what writes has ended. */
  readonly broken: Promise<never>
  /** Processor time that was used so far, seconds. */
  readonly cpuSeconds: () => number
  readonly onProgress: (written: number) => void
}

export interface Drained {
  readonly eventsPerSecond: number
  /** Processor time of the workers for each event, without the broker's. Steadier than the rate where others use the machine. */
  readonly cpuMicros: number
}

interface Seen {
  readonly written: number
  readonly ms: number
  readonly cpuSeconds: number
}

/**
 * Records a second that become visible to read-committed consumers of a topic, seen from outside. Ends of transactions take
 * offsets as well and are counted: one in several hundred.
 */
export async function measureDrain(options: DrainOptions): Promise<Drained> {
  const { log, topic, total, clock, signal, broken, onProgress } = options
  const seen: Seen[] = []
  for (;;) {
    signal.throwIfAborted()
    const written = (await endsOf(log, topic)).reduce((sum, end) => sum + end, 0)
    seen.push({ written, ms: clock.now(), cpuSeconds: options.cpuSeconds() })
    onProgress(Math.min(written, total))
    if (written >= TO_SHARE * total) break
    await Promise.race([clock.sleep(POLL_MS, signal), broken])
  }
  const [from, to] = [FROM_SHARE * total, TO_SHARE * total]
  const spent = (what: 'ms' | 'cpuSeconds') => valueAt(seen, to, what) - valueAt(seen, from, what)
  return {
    eventsPerSecond: ((to - from) * 1000) / spent('ms'),
    cpuMicros: (spent('cpuSeconds') * 1e6) / (to - from),
  }
}

/** What stood at the moment when so many were written, on straight lines between what was seen. */
export function valueAt(seen: readonly Seen[], written: number, what: 'ms' | 'cpuSeconds'): number {
  const after = seen.findIndex((one) => one.written >= written)
  const [b, a] = [seen[after]!, seen[after - 1]]
  if (a === undefined) return b[what]
  return a[what] + ((b[what] - a[what]) * (written - a.written)) / (b.written - a.written)
}
