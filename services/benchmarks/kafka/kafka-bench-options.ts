import type { Clock } from '#shared/clock/clock'
import type { Drained } from './measure-drain.js'

export interface KafkaBenchOptions {
  readonly brokers: readonly string[]
  /** Events of each run. */
  readonly events: number
  readonly series: number
  readonly rounds: number
  /** How long events come at the rate at which latency is measured, before it is: what has just started still compiles. */
  readonly settleMs: number
  /** How long latency is measured in a round. */
  readonly latencyMs: number
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly onStage: (name: string) => void
  readonly onProgress: (done: number, total: number) => void
  readonly onMeasured: (what: string, drained: Drained) => void
}
