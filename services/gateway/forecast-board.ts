import type { RecordBatch } from '#shared/log/port'
import { OriginRing } from './origin-ring.js'
import { type ForecastGlance, scanForecast } from './scan-forecast.js'

/** What the gateway holds of one series: its last forecast as bytes, and its recent origins. */
export class ShownSeries {
  readonly origins: OriginRing
  cadenceMs = 0
  /** Time and value of the last origin, exactly as published. */
  lastTimeMs = Number.NEGATIVE_INFINITY
  lastValue = Number.NaN
  anomaly = false
  weightsVersion = 0
  /** What the last forecast says of lead 1, for the origin that comes next. */
  private ahead: ForecastGlance | null = null
  private bytes = Buffer.alloc(0)
  private bytesUsed = 0
  /** The partition is being read again: the next record starts a new history. */
  private startOver = false

  constructor(
    readonly pipeline: string,
    readonly series: string,
    readonly partition: number,
    originsMax: number,
  ) {
    this.origins = new OriginRing(originsMax)
  }

  /** The last forecast message as it was published; valid until the next one is taken in. */
  get message(): Buffer {
    return this.bytes.subarray(0, this.bytesUsed)
  }

  take(message: Buffer, glance: ForecastGlance): void {
    if (this.startOver || glance.timeMs <= this.lastTimeMs) {
      this.origins.clear()
      this.ahead = null
      this.startOver = false
    }
    const ahead = this.ahead
    const foreseen = ahead !== null && ahead.timeMs + ahead.cadenceMs === glance.timeMs
    this.origins.add({
      timeMs: glance.timeMs,
      value: glance.value,
      median: foreseen ? ahead.median : Number.NaN,
      lower: foreseen ? ahead.lower : Number.NaN,
      upper: foreseen ? ahead.upper : Number.NaN,
      anomaly: glance.anomaly,
      weightsVersion: glance.weightsVersion,
    })
    this.ahead = glance
    this.cadenceMs = glance.cadenceMs
    this.lastTimeMs = glance.timeMs
    this.lastValue = glance.value
    this.anomaly = glance.anomaly
    this.weightsVersion = glance.weightsVersion
    // Copied into a buffer of our own: the batch's may be a view of something much larger.
    if (this.bytes.length < message.length) this.bytes = Buffer.alloc(Math.ceil(message.length * 1.25))
    message.copy(this.bytes)
    this.bytesUsed = message.length
  }

  forgetHistory(): void {
    this.startOver = true
  }
}

/** A series is silent when its pipeline is further past its last origin than so many cadences: less is order within a batch. */
const SILENT_CADENCES = 3

export interface BoardLimits {
  /** Series shown, over all pipelines; later ones are counted and left out. */
  readonly seriesMax: number
  /** Origins kept per series, 28 bytes each. */
  readonly originsMax: number
}

/** The last state of every series of every pipeline, as it was read from the forecasts topics. */
export class ForecastBoard {
  /** Records in a forecasts topic that are no forecast message. */
  unreadable = 0
  /** Records passed over because they came faster than they could be shown. */
  passedOver = 0
  private readonly pipelines = new Map<string, Map<string, ShownSeries>>()
  /** Time of each pipeline's newest origin. */
  private readonly newestMs = new Map<string, number>()
  private readonly listeners = new Set<(shown: ShownSeries) => void>()
  private readonly beyondMax = new Set<string>()
  private held = 0

  constructor(
    names: readonly string[],
    private readonly limits: BoardLimits,
  ) {
    for (const name of names) this.pipelines.set(name, new Map())
  }

  get pipelineNames(): string[] {
    return [...this.pipelines.keys()]
  }

  get seriesShown(): number {
    return this.held
  }

  /** Series left out because `seriesMax` was reached; counted up to as many again. */
  get seriesLeftOut(): number {
    return this.beyondMax.size
  }

  take(pipeline: string, batch: RecordBatch): void {
    const ofPipeline = this.pipelines.get(pipeline)
    if (ofPipeline === undefined) return
    for (const record of batch.records) {
      if (record.value === null || record.key === null) continue
      const key = Buffer.from(record.key.buffer, record.key.byteOffset, record.key.byteLength).toString(
        'utf8',
      )
      const shown = ofPipeline.get(key) ?? this.admit(pipeline, key, batch.partition)
      if (shown === null) continue
      const { buffer, byteOffset, byteLength } = record.value
      const message = Buffer.from(buffer, byteOffset, byteLength)
      const glance = scanForecast(message)
      if (glance === null) {
        this.unreadable += 1
        continue
      }
      if (!Number.isFinite(shown.lastTimeMs)) {
        ofPipeline.set(key, shown)
        this.held += 1
      }
      shown.take(message, glance)
      const newestMs = this.newestMs.get(pipeline) ?? Number.NEGATIVE_INFINITY
      if (glance.timeMs > newestMs) this.newestMs.set(pipeline, glance.timeMs)
      for (const listener of this.listeners) listener(shown)
    }
  }

  /** Have the next record of every series of a partition start a new history: the partition is about to be read again. */
  forgetHistory(pipeline: string, partition: number): void {
    for (const shown of this.pipelines.get(pipeline)?.values() ?? []) {
      if (shown.partition === partition) shown.forgetHistory()
    }
  }

  /** Where a series is held: one entry per pipeline that has it, or only the named pipeline's. */
  find(series: string, pipeline?: string): ShownSeries[] {
    return this.pipelineNames
      .filter((name) => pipeline === undefined || name === pipeline)
      .map((name) => this.pipelines.get(name)!.get(series))
      .filter((shown) => shown !== undefined)
  }

  /** Sorted by pipeline, then by series, by code unit. */
  list(pipeline?: string): ShownSeries[] {
    return this.pipelineNames
      .filter((name) => pipeline === undefined || name === pipeline)
      .sort()
      .flatMap((name) => [...this.pipelines.get(name)!.values()].sort(bySeries))
  }

  /** For how long, in the time of the events, its pipeline has gone on without a series; null while it has not, but for a few steps. */
  silentMs({ pipeline, lastTimeMs, cadenceMs }: ShownSeries): number | null {
    const silentMs = this.newestMs.get(pipeline)! - lastTimeMs
    return silentMs > SILENT_CADENCES * cadenceMs ? silentMs : null
  }

  *silent(): Generator<ShownSeries> {
    for (const ofPipeline of this.pipelines.values()) {
      for (const shown of ofPipeline.values()) if (this.silentMs(shown) !== null) yield shown
    }
  }

  /** Weights version of the pipeline's newest forecast; 0 while there is none. */
  lastVersion(pipeline: string): number {
    const shown = [...(this.pipelines.get(pipeline)?.values() ?? [])]
    const newest = shown.reduce<ShownSeries | null>(
      (last, each) => (last === null || each.lastTimeMs > last.lastTimeMs ? each : last),
      null,
    )
    return newest?.weightsVersion ?? 0
  }

  has(pipeline: string): boolean {
    return this.pipelines.has(pipeline)
  }

  /** Hear of every forecast that is taken in; the listener must not wait. @returns a function that ends it */
  listen(listener: (shown: ShownSeries) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  private admit(pipeline: string, series: string, partition: number): ShownSeries | null {
    if (this.held >= this.limits.seriesMax) {
      if (this.beyondMax.size < this.limits.seriesMax) this.beyondMax.add(`${pipeline}/${series}`)
      return null
    }
    return new ShownSeries(pipeline, series, partition, this.limits.originsMax)
  }
}

function bySeries(a: ShownSeries, b: ShownSeries): number {
  return a.series < b.series ? -1 : a.series > b.series ? 1 : 0
}
