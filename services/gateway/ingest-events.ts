import type { Clock } from '#shared/clock/clock'
import { partitionOfKey } from '#shared/log/kafka/partition-of-key'
import type { Log, NewRecord } from '#shared/log/port'
import type { GatewayPipeline } from './gateway-options.js'
import type { EventsAnswer } from './responses.js'

/** Largest body of `POST /v1/events`, in bytes. */
export const BODY_BYTES_MAX = 1024 * 1024
const FAULTS_MAX = 100
const NEWLINE = 0x0a

/**
 * Append the events of one body to a pipeline's input: one JSON object, or one a line.
 *
 * Only the shape is checked here (each line an object); what it says is the forecaster's to judge, which answers bad
 * events with dead letters. The bytes go in as they came. Resolves when they are durable.
 */
export async function ingestEvents(
  body: Buffer,
  pipeline: GatewayPipeline,
  log: Log,
  clock: Clock,
): Promise<EventsAnswer> {
  const whole = recordOf(body, pipeline, clock)
  const records: NewRecord[] = typeof whole === 'string' ? [] : [whole]
  const faults: { line: number; reason: string }[] = []
  let rejected = 0
  if (typeof whole === 'string') {
    for (const { line, bytes } of linesOf(body)) {
      const record = recordOf(bytes, pipeline, clock)
      if (typeof record !== 'string') records.push(record)
      else {
        rejected += 1
        if (faults.length < FAULTS_MAX) faults.push({ line, reason: record })
      }
    }
  }
  if (records.length > 0) await log.append(pipeline.inputTopic, records)
  return { pipeline: pipeline.name, accepted: records.length, rejected, faults }
}

/** The lines that hold something, counted from 1. */
function* linesOf(body: Buffer): Generator<{ line: number; bytes: Buffer }> {
  let line = 1
  for (let start = 0; start < body.length; line += 1) {
    const newline = body.indexOf(NEWLINE, start)
    const end = newline < 0 ? body.length : newline
    const bytes = body.subarray(start, end)
    if (bytes.toString('latin1').trim() !== '') yield { line, bytes }
    start = end + 1
  }
}

/** @returns the record, or the reason why the bytes are no event */
function recordOf(bytes: Buffer, pipeline: GatewayPipeline, clock: Clock): NewRecord | string {
  let event: unknown
  try {
    event = JSON.parse(bytes.toString('utf8'))
  } catch {
    return 'not valid JSON'
  }
  if (event === null || typeof event !== 'object' || Array.isArray(event)) {
    return `a JSON object is expected, this is ${nameOfJson(event)}`
  }
  const series = 'series' in event && typeof event.series === 'string' ? event.series : null
  // An event that names no series (a mapping may take it from elsewhere) has no key, and goes to partition 0.
  const key = series === null ? null : Buffer.from(series, 'utf8')
  return {
    partition: key === null ? 0 : partitionOfKey(key, pipeline.partitions),
    key,
    value: Buffer.from(bytes.toString('utf8').trim(), 'utf8'),
    headers: [],
    timestamp: clock.now(),
  }
}

function nameOfJson(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'an array (send its elements one a line)' : `a ${typeof value}`
}
