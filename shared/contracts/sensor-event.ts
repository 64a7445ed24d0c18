import type { LogRecord } from '#shared/log/port'
import type { DeadLetter, FaultReason } from '#shared/pipeline/batch-outcome'
import type { Decode, Decoded } from '#shared/pipeline/line-options'
import type { Covariates } from '#shared/series/covariates'
import type { Observation } from '#shared/series/observation'
import { parseIsoTime } from './iso-time.js'
import { jsonDepth } from './json-depth.js'

/** How sensor events are read. */
export interface SensorEventOptions {
  /** Paths of the fields, such as `payload.temp`. */
  readonly fields: {
    readonly series: string
    readonly time: string
    readonly value: string
    readonly values: string
  }
  /** Paths of the fields that are read beside the value. */
  readonly covariates: readonly string[]
  readonly timeUnit: 's' | 'ms' | 'us' | 'ns'
  /** The unit was configured, so that any epoch is believed. */
  readonly timeUnitExplicit: boolean
  /** How far an event's time may lie beyond its record's own log timestamp, milliseconds. */
  readonly skewMaxMs: number
}

const RECORD_BYTES_MAX = 64 * 1024
const SERIES_BYTES_MAX = 256
const DEPTH_MAX = 16
/** Beyond this a value cannot be held in 32 bits. */
const VALUE_MAX = 3.4e38
/** Numbers taken for milliseconds are believed from March 1973 to the year 5138; earlier ones are seconds by mistake. */
const PLAUSIBLE_MS = [1e11, 1e14] as const
/** A JavaScript date, and so a message, holds 8.64e15; the rest is room for the centre of the time's grid cell. */
const TIME_MAX_MS = 8.6e15
const NO_TIMESTAMP = -1
const PER_UNIT = { s: 1000, ms: 1, us: 1e-3, ns: 1e-6 } as const
/** Half of a surrogate pair: it has no bytes, so two names that differ in it would be one key, and no header can carry it. */
const HALF_CHARACTER = /\p{Surrogate}/u

class Fault extends Error {
  constructor(
    readonly reason: FaultReason,
    message: string,
  ) {
    super(message)
  }
}

/**
 * Decoder of sensor events: `{"series", "time", "value"}`, or `values: {channel: number}` for one series per channel,
 * named `series.channel`. The series may come from the record's key, the time from its timestamp. A tombstone resets
 * the series of its key.
 */
export function sensorEventDecoder(options: SensorEventOptions): Decode {
  const text = new TextDecoder('utf-8', { fatal: true })
  const paths = {
    series: options.fields.series.split('.'),
    time: options.fields.time.split('.'),
    value: options.fields.value.split('.'),
    values: options.fields.values.split('.'),
  }

  const covariatePaths = options.covariates.map((path) => path.split('.'))
  const readCovariates = (event: Record<string, unknown>): Covariates | undefined =>
    covariatePaths.length === 0 ? undefined : covariatePaths.map((path) => numberOrNull(at(event, path)))

  const readText = (bytes: Uint8Array, what: string): string => {
    try {
      return text.decode(bytes)
    } catch {
      throw new Fault('unparseable', `the ${what} is not valid UTF-8`)
    }
  }

  const parse = (value: Uint8Array): Record<string, unknown> => {
    if (value.length > RECORD_BYTES_MAX) {
      throw new Fault(
        'too-large',
        `the value has ${value.length} bytes; at most ${RECORD_BYTES_MAX} are read`,
      )
    }
    if (jsonDepth(value) > DEPTH_MAX)
      throw new Fault('too-deep', `the value nests deeper than ${DEPTH_MAX} levels`)
    const source = readText(value, 'value')
    let parsed: unknown
    try {
      parsed = JSON.parse(source)
    } catch {
      throw new Fault('unparseable', 'the value is not JSON')
    }
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
      throw new Fault('not-an-object', 'the value is JSON, but not an object')
    }
    return parsed as Record<string, unknown>
  }

  const readSeries = (event: Record<string, unknown> | null, record: LogRecord): string => {
    const field = event ? at(event, paths.series) : undefined
    let series: string
    if (typeof field === 'string') series = field
    else if (typeof field === 'number' && Number.isFinite(field)) series = String(field)
    else if (field !== undefined && field !== null)
      throw new Fault('missing-series', 'the series is not text')
    else if (record.key && record.key.length > 0) series = readText(record.key, 'key')
    else
      throw new Fault(
        'missing-series',
        `there is neither a field \`${options.fields.series}\` nor a record key`,
      )
    if (series === '') throw new Fault('missing-series', 'the series is empty')
    checkName(series)
    return series
  }

  const readTime = (event: Record<string, unknown>, record: LogRecord): number => {
    const field = at(event, paths.time)
    // Kafka writes −1 where a producer gave no timestamp: it says nothing of the time, nor of what lies ahead of it.
    const stamped = record.timestamp !== NO_TIMESTAMP
    if (field === undefined && !stamped)
      throw new Fault(
        'missing-time',
        `there is neither a field \`${options.fields.time}\` nor a record timestamp`,
      )
    const timeMs = field === undefined ? record.timestamp : timeOf(field, options)
    if (!(Math.abs(timeMs) <= TIME_MAX_MS))
      throw new Fault('absurd-time', 'the time is outside what a date can hold')
    if (stamped && timeMs > record.timestamp + options.skewMaxMs) {
      throw new Fault(
        'future-time',
        'the time lies further ahead of the record timestamp than skewMax allows',
      )
    }
    return timeMs
  }

  return (record) => {
    let series: string | null = null
    try {
      if (record.value === null) return [{ kind: 'reset', series: readSeries(null, record) }]
      const event = parse(record.value)
      series = readSeries(event, record)
      const timeMs = readTime(event, record)
      const covariates = readCovariates(event)
      const values = at(event, paths.values)
      if (values === undefined) {
        const value = numberOf(at(event, paths.value), options.fields.value)
        return [
          { kind: 'observation', observation: { series, timeMs, value, covariates, offset: record.offset } },
        ]
      }
      return readChannels(series, values, { timeMs, covariates }, record, options.fields.values)
    } catch (error) {
      return [faultOf(error, record, series)]
    }
  }
}

/** @throws what is no fault of the record */
function faultOf(error: unknown, record: LogRecord, series: string | null): Decoded {
  if (!(error instanceof Fault)) throw error
  const { reason, message } = error
  return { kind: 'fault', fault: { record, reason, message, series } satisfies DeadLetter }
}

function readChannels(
  series: string,
  values: unknown,
  common: Pick<Observation, 'timeMs' | 'covariates'>,
  record: LogRecord,
  name: string,
): Decoded[] {
  if (typeof values !== 'object' || values === null || Array.isArray(values)) {
    throw new Fault('not-a-number', `\`${name}\` is not an object of channels`)
  }
  const channels = Object.keys(values)
  if (channels.length === 0) throw new Fault('missing-value', `\`${name}\` has no channel`)
  return channels.map((channel) => {
    const id = `${series}.${channel}`
    try {
      checkName(id)
      const value = numberOf((values as Record<string, unknown>)[channel], channel)
      return { kind: 'observation', observation: { series: id, ...common, value, offset: record.offset } }
    } catch (error) {
      return faultOf(error, record, id)
    }
  })
}

function checkName(series: string): void {
  // No character takes more than three bytes.
  const long = 3 * series.length > SERIES_BYTES_MAX
  if (long && (series.length > SERIES_BYTES_MAX || Buffer.byteLength(series) > SERIES_BYTES_MAX)) {
    throw new Fault('series-too-long', `the series has more than ${SERIES_BYTES_MAX} bytes`)
  }
  if (HALF_CHARACTER.test(series)) throw new Fault('unparseable', 'the series is not valid Unicode')
}

/** Own fields only: a path must not reach into Object's prototype. */
function at(event: Record<string, unknown>, path: readonly string[]): unknown {
  let value: unknown = event
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
    value = (value as Record<string, unknown>)[name]
  }
  return value
}

function numberOf(field: unknown, name: string): number {
  if (field === undefined || field === null)
    throw new Fault('missing-value', `there is no value in \`${name}\``)
  if (typeof field !== 'number') throw new Fault('not-a-number', `\`${name}\` is not a number`)
  if (!(Math.abs(field) <= VALUE_MAX))
    throw new Fault('non-finite', `\`${name}\` is not a finite 32-bit number`)
  return field
}

/** Whatever a covariate is, it does not spoil the value beside it. */
function numberOrNull(field: unknown): number | null {
  return typeof field === 'number' && Math.abs(field) <= VALUE_MAX ? field : null
}

function timeOf(field: unknown, options: SensorEventOptions): number {
  if (typeof field === 'string') {
    const timeMs = parseIsoTime(field)
    if (!Number.isNaN(timeMs)) return timeMs
  }
  if (typeof field === 'number' && Number.isFinite(field)) {
    const timeMs = field * PER_UNIT[options.timeUnit]
    if (!options.timeUnitExplicit && (timeMs < PLAUSIBLE_MS[0] || timeMs > PLAUSIBLE_MS[1])) {
      throw new Fault(
        'absurd-time',
        `the time ${field} is no plausible epoch in ${options.timeUnit}; configure timeUnit`,
      )
    }
    return timeMs
  }
  if (field === null) throw new Fault('missing-time', 'the time is null')
  throw new Fault('bad-time', 'the time is neither ISO 8601 nor a number')
}
