import type { Forecast } from '#shared/forecast/forecast'
import { BANDS, LEVELS } from '#shared/forecast/quantile-levels'
import type { Score } from '#shared/forecast/score'
import type { NewRecord } from '#shared/log/port'
import type { DeadLetter, Lifecycle } from '#shared/pipeline/batch-outcome'
import { CloudEventHeaders } from './cloud-event-headers.js'
import { JsonWriter } from './json-writer.js'

const utf8 = new TextEncoder()

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
  private readonly scoredLeads: string
  private readonly names: readonly string[]
  private readonly json = new JsonWriter()

  constructor(
    private readonly options: OutputOptions,
    private readonly partition: number,
  ) {
    const { pipeline } = options
    this.forecastHeaders = new CloudEventHeaders(pipeline, partition, 'foretide.forecast.v1')
    this.scoreHeaders = new CloudEventHeaders(pipeline, partition, 'foretide.score.v1')
    this.lifecycleHeaders = new CloudEventHeaders(pipeline, partition, 'foretide.lifecycle.v1')
    this.levels = options.levels ?? LEVELS
    this.scoredLeads = JSON.stringify(options.scoredLeads)
    this.names = options.expertNames.map((name) => JSON.stringify(name))
  }

  forecast(f: Forecast): NewRecord {
    const { horizon, cadenceMs } = this.options
    const json = this.json
    json.text(`{"schema":"foretide.forecast/1",${this.identity(f.series)},"origin":`)
    this.place(f.originTimeMs, f.value, f.offset)
    json.text(`,"cadenceMs":${cadenceMs},"horizon":${horizon},"yhat":`).numbers(f.yhat)
    json.text(`,"levels":${JSON.stringify(this.levels)},"quantiles":[`)
    for (let q = 0; q < this.levels.length; q++) {
      if (q > 0) json.text(',')
      json.numbers(f.quantiles, q * horizon, horizon)
    }
    let rest = '],"experts":{'
    for (let e = 0; e < this.names.length; e++) {
      rest += `${e > 0 ? ',' : ''}${this.names[e]}:${Math.round(f.shares[e] * 1000) / 1000}`
    }
    const [half, most, all] = f.coverage.map((row) => ratios(row))
    rest += `},"scoredLeads":${this.scoredLeads},"coverage":{"0.5":${half},"0.8":${most},"0.95":${all}}`
    rest += `,"skill":${ratios(f.skill)},"anomaly":{"score":`
    json.text(rest).number(f.anomaly)
    json.text(
      `,"flag":${f.anomaly > 1}},"weights":{"version":${f.weightsVersion}},"phase":"${f.phase}","flags":${JSON.stringify(f.flags)}}`,
    )
    return this.record(f.series, this.forecastHeaders.of(f.series, f.offset, f.originTimeMs), f.timestampMs)
  }

  score(s: Score): NewRecord {
    const json = this.json
    json.text(`{"schema":"foretide.score/1",${this.identity(s.series)},"target":`)
    this.place(s.targetTimeMs, s.value, s.offset)
    json.text(',"leads":').numbers(s.leads).text(',"weights":').numbers(s.versions)
    json.text(',"yhat":').numbers(s.yhat).text(',"median":').numbers(s.median)
    json.text(',"halfWidth":').numbers(s.halfWidths.map((widths) => widths[1]))
    json.text(',"covered":{')
    BANDS.forEach((level, band) => {
      const covered = s.median.map((median, k) =>
        Math.abs(s.value - median) <= s.halfWidths[k][band] ? 1 : 0,
      )
      json.text(`${band > 0 ? ',' : ''}"${level}":`).numbers(covered)
    })
    json.text('},"crps":').numbers(s.crps).text(',"naive":').numbers(s.naive).text(',"experts":{')
    this.names.forEach((name, e) => {
      json.text(`${e > 0 ? ',' : ''}${name}:`).numbers(s.experts.map((row) => row[e]))
    })
    const shadowed = s.shadowVersions.some((version) => version >= 0)
    if (shadowed) json.text(',"shadow":').numbers(s.shadow)
    json.text('}')
    if (shadowed) json.text(',"shadowWeights":').numbers(s.shadowVersions)
    json.text('}')
    return this.record(s.series, this.scoreHeaders.of(s.series, s.offset, s.targetTimeMs), s.timestampMs)
  }

  lifecycle(l: Lifecycle): NewRecord {
    const time = l.timeMs === null ? 'null' : `"${new Date(l.timeMs).toISOString()}"`
    const text =
      `{"schema":"foretide.lifecycle/1",${this.identity(l.series)},"event":"${l.event}","time":${time}` +
      `,"partition":${this.partition},"offset":"${l.offset}"}`
    this.json.text(text)
    return this.record(l.series, this.lifecycleHeaders.of(l.series, l.offset, l.timeMs), l.timestampMs)
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
        ['__connect.errors.topic', utf8.encode(this.options.inputTopic)],
        ['__connect.errors.partition', utf8.encode(String(this.partition))],
        ['__connect.errors.offset', utf8.encode(String(record.offset))],
        ['__connect.errors.stage', utf8.encode('VALUE_CONVERTER')],
        ['__connect.errors.exception.message', utf8.encode(d.message)],
        ['foretide_reason', utf8.encode(d.reason)],
        ['foretide_series', utf8.encode(d.series ?? '')],
      ],
      timestamp: record.timestamp,
    }
  }

  private identity(series: string): string {
    return `"series":${JSON.stringify(series)},"pipeline":${JSON.stringify(this.options.pipeline)}`
  }

  private place(timeMs: number, value: number, offset: number): void {
    this.json.text(`{"time":"${new Date(timeMs).toISOString()}","value":`).number(value)
    this.json.text(`,"partition":${this.partition},"offset":"${offset}"}`)
  }

  /** What the writer holds, as a record. */
  private record(series: string, headers: NewRecord['headers'], timestamp: number): NewRecord {
    return {
      partition: this.partition,
      key: utf8.encode(series),
      value: this.json.take(),
      headers,
      timestamp,
    }
  }
}

function ratios(values: readonly (number | null)[]): string {
  return `[${values.map((value) => (value === null ? 'null' : Math.round(value * 1000) / 1000)).join(',')}]`
}
