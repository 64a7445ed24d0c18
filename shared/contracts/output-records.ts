import type { Forecast } from '#shared/forecast/forecast'
import { BANDS, LEVELS } from '#shared/forecast/quantile-levels'
import {
  CRPS,
  EXPERT_ERRORS,
  HALF_WIDTH,
  MEDIAN_THEN,
  NAIVE_ERROR,
  type Score,
  SERVED,
  SHADOW_ERROR,
  SHADOWED,
  YHAT,
} from '#shared/forecast/score'
import type { NewRecord, Offset } from '#shared/log/port'
import type { DeadLetter, Lifecycle } from '#shared/pipeline/batch-outcome'
import { CloudEventHeaders } from './cloud-event-headers.js'
import { DEAD_LETTER_HEADERS } from './dead-letter-headers.js'
import { JsonWriter } from './json-writer.js'
import { IsoBytes, type SeriesBytes, SeriesBytesCache } from './series-bytes.js'

const utf8 = new TextEncoder()
/** The band whose half width scores tell: 80 %. */
const PUBLISHED_BAND = 1

export interface OutputOptions {
  readonly pipeline: string
  readonly inputTopic: string
  readonly cadenceMs: number
  readonly horizon: number
  readonly expertNames: readonly string[]
  /** Of the published quantiles; those of the bands where nothing else is said. */
  readonly levels?: readonly number[]
  /** The leads that coverage and skill are reported at. */
  readonly scoredLeads: readonly number[]
}

/** Turns the outcomes of one partition into records: deterministic bytes, in a fixed order of fields. */
export class OutputRecords {
  private readonly forecastHeaders: CloudEventHeaders
  private readonly scoreHeaders: CloudEventHeaders
  private readonly lifecycleHeaders: CloudEventHeaders
  private readonly levels: readonly number[]
  private readonly fixed: ReturnType<typeof fixedParts>
  private readonly names: readonly Uint8Array[]
  private readonly bands = fieldNames(BANDS.map(String))
  private readonly series: SeriesBytesCache
  private readonly iso = new IsoBytes()
  private readonly json = new JsonWriter()
  private readonly bits: Float64Array

  constructor(
    private readonly options: OutputOptions,
    private readonly partition: number,
  ) {
    const { pipeline } = options
    this.forecastHeaders = new CloudEventHeaders(pipeline, partition, 'foretide.forecast.v1')
    this.scoreHeaders = new CloudEventHeaders(pipeline, partition, 'foretide.score.v1')
    this.lifecycleHeaders = new CloudEventHeaders(pipeline, partition, 'foretide.lifecycle.v1')
    this.levels = options.levels ?? LEVELS
    this.fixed = fixedParts(options, this.levels, partition)
    this.names = fieldNames(options.expertNames)
    this.series = new SeriesBytesCache(pipeline)
    this.bits = new Float64Array(options.horizon)
  }

  /** Write the next records over the values of those that were made before. */
  recycle(): void {
    this.json.recycle()
  }

  forecast(f: Forecast): NewRecord {
    const { horizon } = this.options
    const { json, fixed } = this
    const series = this.series.of(f.series)
    json.bytes(fixed.forecast).bytes(series.identity).bytes(fixed.origin)
    this.place(f.originTimeMs, f.value, f.offset)
    json.bytes(fixed.yhat).numbers(f.yhat)
    json.bytes(fixed.quantiles).rows(f.quantiles, this.levels.length, horizon).bytes(fixed.shares)
    for (let e = 0; e < this.names.length; e++) this.ratio(json.bytes(this.names[e]), f.shares[e])
    json.bytes(fixed.coverage)
    const leads = f.skill.length
    for (let band = 0; band < BANDS.length; band++) {
      this.ratios(json.bytes(this.bands[band]), f.coverage, band * leads, leads)
    }
    this.ratios(json.bytes(fixed.skill), f.skill, 0, leads)
    json.bytes(fixed.anomaly).number(f.anomaly)
    json.bytes(f.anomaly > 1 ? fixed.flagged : fixed.unflagged).whole(f.weightsVersion)
    json.bytes(fixed[f.phase])
    if (f.flags.length === 0) json.bytes(fixed.noFlags)
    else json.text(`${JSON.stringify(f.flags)}}`)
    return this.record(series, this.forecastHeaders, f.offset, f.originTimeMs, f.timestampMs)
  }

  score(s: Score): NewRecord {
    const { json, fixed } = this
    const { leads, rows } = s
    const count = leads.length
    const series = this.series.of(s.series)
    const row = (name: Uint8Array, at: number) => json.bytes(name).numbers(rows, at * count, count)
    json.bytes(fixed.score).bytes(series.identity).bytes(fixed.target)
    this.place(s.targetTimeMs, s.value, s.offset)
    json.bytes(fixed.leads).numbers(leads)
    row(fixed.served, SERVED)
    row(fixed.scoredYhat, YHAT)
    row(fixed.median, MEDIAN_THEN)
    row(fixed.halfWidth, HALF_WIDTH + PUBLISHED_BAND)
    json.bytes(fixed.covered)
    for (let band = 0; band < BANDS.length; band++) {
      json.bytes(this.bands[band]).numbers(this.covered(s, band), 0, count)
    }
    row(fixed.crps, CRPS)
    row(fixed.naive, NAIVE_ERROR)
    json.bytes(fixed.experts)
    for (let e = 0; e < this.names.length; e++) row(this.names[e], EXPERT_ERRORS + e)
    let shadowed = false
    for (let k = 0; k < count; k++) shadowed ||= rows[SHADOWED * count + k] >= 0
    if (shadowed) row(fixed.shadow, SHADOW_ERROR)
    json.bytes(fixed.close)
    if (shadowed) row(fixed.shadowWeights, SHADOWED)
    json.bytes(fixed.close)
    return this.record(series, this.scoreHeaders, s.offset, s.targetTimeMs, s.timestampMs)
  }

  /** Whether each outcome lay within what was issued as a band: 1 or 0. */
  private covered(score: Score, band: number): Float64Array {
    const { value, leads, rows } = score
    for (let k = 0, count = leads.length; k < count; k++) {
      const error = Math.abs(value - rows[MEDIAN_THEN * count + k])
      this.bits[k] = error <= rows[(HALF_WIDTH + band) * count + k] ? 1 : 0
    }
    return this.bits
  }

  lifecycle(l: Lifecycle): NewRecord {
    const time = l.timeMs === null ? 'null' : `"${new Date(l.timeMs).toISOString()}"`
    const series = this.series.of(l.series)
    this.json.text('{"schema":"foretide.lifecycle/1",').bytes(series.identity)
    this.json.text(
      `,"event":"${l.event}","time":${time},"partition":${this.partition},"offset":"${l.offset}"}`,
    )
    return this.record(series, this.lifecycleHeaders, l.offset, l.timeMs, l.timestampMs)
  }

  /** The original record, byte for byte, with why it was refused in its headers. */
  deadLetter(d: DeadLetter): NewRecord {
    const { record } = d
    return {
      partition: this.partition,
      key: record.key,
      value: record.value,
      headers: [
        ...record.headers,
        [DEAD_LETTER_HEADERS.topic, utf8.encode(this.options.inputTopic)],
        [DEAD_LETTER_HEADERS.partition, utf8.encode(String(this.partition))],
        [DEAD_LETTER_HEADERS.offset, utf8.encode(String(record.offset))],
        [DEAD_LETTER_HEADERS.stage, utf8.encode('VALUE_CONVERTER')],
        [DEAD_LETTER_HEADERS.message, utf8.encode(d.message)],
        [DEAD_LETTER_HEADERS.reason, utf8.encode(d.reason)],
        [DEAD_LETTER_HEADERS.series, utf8.encode(d.series ?? '')],
      ],
      timestamp: record.timestamp,
    }
  }

  /** After `"time":"`: when and what was read, and where it stands. */
  private place(timeMs: number, value: number, offset: number): void {
    const { json, fixed } = this
    json.bytes(this.iso.of(timeMs)).bytes(fixed.value).number(value)
    json.bytes(fixed.offset).whole(offset).bytes(fixed.placed)
  }

  private ratios(json: JsonWriter, values: Float64Array, at: number, count: number): void {
    json.bytes(this.fixed.open)
    for (let i = 0; i < count; i++) {
      if (i > 0) json.bytes(this.fixed.comma)
      this.ratio(json, values[at + i])
    }
    json.bytes(this.fixed.end)
  }

  /** Three decimals; null for what is not known. */
  private ratio(json: JsonWriter, value: number): void {
    const rounded = Math.round(value * 1000) / 1000
    // Beyond that, three decimals are more than six digits.
    if (Math.abs(rounded) >= 1000) json.text(String(rounded))
    else json.number(rounded)
  }

  /**
   * What the writer holds, as a record.
   * @param timeMs event time that it speaks of, or null where there is none
   */
  private record(
    series: SeriesBytes,
    headers: CloudEventHeaders,
    offset: Offset,
    timeMs: number | null,
    timestamp: number,
  ): NewRecord {
    const { json, partition } = this
    const value = json.take()
    return { partition, key: series.key, value, headers: headers.of(json, series, offset, timeMs), timestamp }
  }
}

/** The parts that every message has, as bytes, in their order. */
function fixedParts(
  { cadenceMs, horizon, scoredLeads }: OutputOptions,
  levels: readonly number[],
  partition: number,
) {
  const parts = {
    ...{ open: '[', end: ']', comma: ',', close: '}' },
    ...{ value: '","value":', offset: `,"partition":${partition},"offset":"`, placed: '"}' },
    forecast: '{"schema":"foretide.forecast/1",',
    origin: ',"origin":{"time":"',
    yhat: `,"cadenceMs":${cadenceMs},"horizon":${horizon},"yhat":`,
    quantiles: `,"levels":${JSON.stringify(levels)},"quantiles":`,
    shares: ',"experts":{',
    coverage: `},"scoredLeads":${JSON.stringify(scoredLeads)},"coverage":{`,
    skill: '},"skill":',
    anomaly: ',"anomaly":{"score":',
    flagged: ',"flag":true},"weights":{"version":',
    unflagged: ',"flag":false},"weights":{"version":',
    warming: '},"phase":"warming","flags":',
    live: '},"phase":"live","flags":',
    degraded: '},"phase":"degraded","flags":',
    noFlags: '[]}',
    score: '{"schema":"foretide.score/1",',
    target: ',"target":{"time":"',
    leads: ',"leads":',
    served: ',"weights":',
    scoredYhat: ',"yhat":',
    median: ',"median":',
    halfWidth: ',"halfWidth":',
    covered: ',"covered":{',
    crps: '},"crps":',
    naive: ',"naive":',
    experts: ',"experts":{',
    shadow: ',"shadow":',
    shadowWeights: ',"shadowWeights":',
  }
  const bytes = Object.entries(parts).map(([name, text]) => [name, utf8.encode(text)])
  return Object.fromEntries(bytes) as Record<keyof typeof parts, Uint8Array>
}

/** Names of an object's fields, each with its colon, and from the second on with the comma before it. */
function fieldNames(names: readonly string[]): readonly Uint8Array[] {
  return names.map((name, i) => utf8.encode(`${i > 0 ? ',' : ''}${JSON.stringify(name)}:`))
}
