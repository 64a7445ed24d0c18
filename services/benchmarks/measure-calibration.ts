import { setImmediate } from 'node:timers/promises'
import { assemblePipeline, pipelineUntrainedWeights } from '#shared/composition/pipeline-parts'
import type { PipelineSettings } from '#shared/configuration/pipeline-settings'
import type { Feed, FeedEvent } from '#shared/feed/feed'
import { sensorEventRecord } from '#shared/feed/sensor-event-record'
import type { Forecast } from '#shared/forecast/forecast'
import { BANDS, LEVEL_BAND, LEVEL_SIDE } from '#shared/forecast/quantile-levels'
import { advance } from '#shared/pipeline/advance'
import { BatchOutcome } from '#shared/pipeline/batch-outcome'
import { PartitionState } from '#shared/pipeline/partition-state'

/** Realised coverage over the last half of a feed, pooled over series and leads. One entry per band: 50, 80, 95 %. */
export interface CalibrationReport {
  readonly origins: number
  readonly coverage: readonly number[]
  /** By lead, the nearest first. */
  readonly byLead: readonly (readonly number[])[]
  /** By hour of the day of the target, UTC. */
  readonly byHour: readonly {
    readonly coverage: readonly number[]
    /** Share of the hour's readings that have its commonest value. */
    readonly commonest: number
  }[]
}

const HOUR_MS = 3_600_000
const HOURS = 24
const CHUNK = 2000

class Tally {
  outcomes = 0
  readonly covered = BANDS.map(() => 0)

  get coverage(): readonly number[] {
    return this.covered.map((count) => count / this.outcomes)
  }
}

class HourTally extends Tally {
  readonly values = new Map<number, number>()

  get commonest(): number {
    let most = 0
    let all = 0
    for (const count of this.values.values()) {
      most = Math.max(most, count)
      all += count
    }
    return all > 0 ? most / all : 0
  }
}

/** Run a feed through the product's line, without training, and count what the published bands hold. */
export async function measureCalibration(feed: Feed, settings: PipelineSettings): Promise<CalibrationReport> {
  const { line } = assemblePipeline(settings)
  const weights = line.engine.load(pipelineUntrainedWeights(settings))
  const partition = new PartitionState(0, { weights, lane: 0 })
  const hours = Array.from({ length: HOURS }, () => new HourTally())
  const leads = Array.from({ length: settings.horizon }, () => new Tally())
  const open = new Map<string, Forecast[]>()
  let events = 0
  let origins = 0
  for await (const chunk of chunksOf(feed)) {
    const records = chunk.map((event, i) => {
      const record = sensorEventRecord(event, 0, event.timeMs, [])
      return { ...record, offset: events + i, timestamp: event.timeMs }
    })
    const outcome = new BatchOutcome(0)
    advance(line, partition, records, outcome)
    for (const forecast of outcome.forecasts) {
      const counts = 2 * forecast.offset >= feed.total
      if (counts) origins++
      const earlier = open.get(forecast.series) ?? []
      if (counts) tally(hours, leads, earlier, forecast, settings.cadenceMs)
      open.set(forecast.series, [...earlier, forecast].slice(-settings.horizon))
    }
    events += chunk.length
    await setImmediate()
  }
  const outcomes = hours.reduce((sum, hour) => sum + hour.outcomes, 0)
  const share = (band: number) => hours.reduce((sum, hour) => sum + hour.covered[band]!, 0) / outcomes
  return {
    origins,
    coverage: BANDS.map((_, band) => share(band)),
    byLead: leads.map((lead) => lead.coverage),
    byHour: hours.map(({ coverage, commonest }) => ({ coverage, commonest })),
  }
}

/** Hold a reading against everything that was forecast for it. */
function tally(
  hours: readonly HourTally[],
  leads: readonly Tally[],
  earlier: readonly Forecast[],
  { value, originTimeMs }: Forecast,
  cadenceMs: number,
): void {
  const hour = hours[Math.floor(originTimeMs / HOUR_MS) % HOURS]!
  hour.values.set(value, (hour.values.get(value) ?? 0) + 1)
  for (const { originTimeMs: madeMs, quantiles, yhat } of earlier) {
    const lead = Math.round((originTimeMs - madeMs) / cadenceMs)
    if (lead < 1 || lead > yhat.length) continue
    const ahead = leads[lead - 1]!
    hour.outcomes++
    ahead.outcomes++
    BANDS.forEach((_, band) => {
      const end = (side: number) =>
        quantiles[
          LEVEL_BAND.findIndex((b, q) => b === band && LEVEL_SIDE[q] === side) * yhat.length + lead - 1
        ]!
      if (value < end(-1) || value > end(1)) return
      hour.covered[band]!++
      ahead.covered[band]!++
    })
  }
}

async function* chunksOf(feed: Feed): AsyncGenerator<FeedEvent[]> {
  let chunk: FeedEvent[] = []
  for await (const event of feed.events()) {
    chunk.push(event)
    if (chunk.length < CHUNK) continue
    yield chunk
    chunk = []
  }
  if (chunk.length > 0) yield chunk
}
