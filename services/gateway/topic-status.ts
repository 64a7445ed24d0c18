import type { Clock } from '#shared/clock/clock'
import type { Log } from '#shared/log/port'
import { meanOf } from '#shared/scoring/mean-of'
import type { PipelineStatus } from '#shared/telemetry/platform-status'
import type { ForecastBoard } from './forecast-board.js'
import type { GatewayPipeline } from './gateway-options.js'
import { scanScores } from './scan-forecast.js'
import type { WeightsBoard } from './weights-board.js'

/** Between two looks at the log; and what the board says is worked out no more often, since for 5,000 series that takes 0.1 s. */
const LOOK_MS = 2_000
/** A rate is taken over this long. */
const SPAN_MS = 10_000

/**
 * What a gateway can tell of a pipeline that another process runs: how fast its forecasts topic grows, and what the
 * forecasts and weights topics say.
 */
export class TopicStatus {
  /** Ends of the forecasts topic, summed over partitions, oldest first. */
  private readonly ends: { readonly atMs: number; readonly sum: number }[] = []
  private told: { readonly atMs: number; readonly status: PipelineStatus } | null = null

  constructor(
    private readonly pipeline: GatewayPipeline,
    private readonly board: ForecastBoard,
    private readonly weights: WeightsBoard,
    private readonly clock: Clock,
  ) {}

  /** Look at how far the topic has grown, every two seconds, until `signal` aborts. */
  async follow(log: Log, signal: AbortSignal): Promise<void> {
    const { clock } = this
    const { topics, partitions } = this.pipeline
    while (!signal.aborted) {
      let sum = 0
      for (let partition = 0; partition < partitions; partition++) {
        sum += (await log.bounds(topics.forecasts, partition)).end
      }
      this.look(clock.now(), sum)
      await clock.sleep(LOOK_MS, signal)
    }
  }

  /** @param sum ends of the forecasts topic over its partitions */
  look(atMs: number, sum: number): void {
    this.ends.push({ atMs, sum })
    while (this.ends.length > 2 && atMs - this.ends[1]!.atMs >= SPAN_MS) this.ends.shift()
  }

  /** As of two seconds ago at most: every listener asks each second. */
  status(): PipelineStatus {
    const atMs = this.clock.now()
    if (this.told === null || Math.abs(atMs - this.told.atMs) >= LOOK_MS) {
      this.told = { atMs, status: this.workOut() }
    }
    return this.told.status
  }

  private workOut(): PipelineStatus {
    const { name } = this.pipeline
    const shown = this.board.list(name)
    const scores = shown.map(({ message }) => scanScores(message))
    const skill = meanOfKnown(scores.map((score) => score.skill))
    return {
      pipeline: name,
      eventsPerSecond: this.rate(),
      lagRecords: null,
      seriesHeld: shown.length,
      servingVersion: this.board.lastVersion(name),
      lastTraining: this.weights.lastTraining(name),
      training: null,
      trainerGivenUp: false,
      coverage80: meanOfKnown(scores.map(({ coverage80 }) => coverage80)),
      mase: skill === null ? null : 1 - skill,
      feed: null,
    }
  }

  private rate(): number {
    const [first, last] = [this.ends[0], this.ends.at(-1)]
    if (first === undefined || last === undefined || last.atMs <= first.atMs) return 0
    return (Math.max(0, last.sum - first.sum) / (last.atMs - first.atMs)) * 1000
  }
}

function meanOfKnown(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null)
  return known.length > 0 ? meanOf(known) : null
}
