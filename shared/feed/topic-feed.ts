import type { Log, Topic } from '#shared/log/port'
import type { Decode } from '#shared/pipeline/line-options'
import { countOf } from '#shared/words/count-of'
import type { EventTable } from './event-table.js'
import type { Feed } from './feed.js'
import { FeedUnreachableError, FeedUnreadableError } from './feed-errors.js'
import { readingsMaxDefault } from './feed-options.js'
import { FindingsLog } from './findings-log.js'
import { GrowingColumn, ReadingBudget } from './growing-column.js'
import { countRepeats, orderEvents } from './order-events.js'
import { repeatsText } from './repeats-text.js'
import { feedOfTable } from './table-feed.js'

/** Which part of a topic to read, by event time: half open. */
export interface TopicRange {
  readonly topic: Topic
  readonly fromMs?: number
  readonly toMs?: number
}

/**
 * What a topic holds now, as a feed in event-time order. It is read without a group, so that nobody's position moves.
 * @param decode as the pipeline of this topic does; records that it cannot read are counted as findings
 * @param covariates what it reads beside the values
 * @throws FeedUnreachableError when there is no such topic; FeedUnreadableError when nothing in it can be
 *   read, or no reading has one of the covariates
 */
export async function openTopicFeed(
  log: Log,
  { topic, fromMs = Number.NEGATIVE_INFINITY, toMs = Number.POSITIVE_INFINITY }: TopicRange,
  decode: Decode,
  covariates: readonly string[],
  signal: AbortSignal,
  readingsMax = readingsMaxDefault,
): Promise<Feed> {
  const partitions = await log.partitions(topic)
  if (partitions === 0)
    throw new FeedUnreachableError(
      `There is no topic ${topic} on this log; a pipeline's input is sensors.<pipeline>, unless configured.`,
    )
  const names = new Map<string, number>()
  const budget = new ReadingBudget(topic, readingsMax)
  const timesMs = new GrowingColumn()
  const seriesOf = new GrowingColumn()
  const values = new GrowingColumn()
  const covariateValues = new GrowingColumn()
  const findings = new FindingsLog()
  let faults = 0
  let firstMs = Number.POSITIVE_INFINITY
  let lastMs = Number.NEGATIVE_INFINITY
  let example = ''
  for (let partition = 0; partition < partitions; partition++) {
    const { start, end } = await log.bounds(topic, partition)
    if (start >= end) continue
    for await (const { records } of log.read(topic, partition, start, end, signal)) {
      for (const decoded of records.flatMap(decode)) {
        if (decoded.kind === 'fault') {
          faults++
          example ||= decoded.fault.message
        }
        if (decoded.kind !== 'observation') continue
        const { series, timeMs, value, covariates: said } = decoded.observation
        firstMs = Math.min(firstMs, timeMs)
        lastMs = Math.max(lastMs, timeMs)
        if (timeMs < fromMs || timeMs >= toMs) continue
        budget.spend(1 + covariates.length)
        const known = names.get(series) ?? names.size
        names.set(series, known)
        timesMs.push(timeMs)
        seriesOf.push(known)
        values.push(value)
        for (let c = 0; c < covariates.length; c++) covariateValues.push(said?.[c] ?? Number.NaN)
      }
    }
  }
  const unread = `${countOf(faults, 'record')} of ${topic} could not be read; the first: ${example}.`
  if (faults > 0) findings.warn(unread)
  if (timesMs.length === 0) {
    if (faults > 0 && firstMs > lastMs)
      throw new FeedUnreadableError(`${unread} Check input.fields in --config.`)
    if (firstMs > lastMs) throw new FeedUnreadableError(`${topic} holds no reading yet.`)
    throw new FeedUnreadableError(
      `${topic} holds readings from ${timeText(firstMs)} to ${timeText(lastMs)}, none of them in this range: check --from and --to.`,
    )
  }
  const absent = covariates.filter((_, c) => {
    for (let i = c; i < covariateValues.length; i += covariates.length)
      if (!Number.isNaN(covariateValues.at(i))) return false
    return true
  })
  if (absent.length > 0) {
    throw new FeedUnreadableError(
      `No reading of ${topic} in this range has the covariate ${absent.join(', ')}: check --covariates and input.covariates.`,
    )
  }
  const table: EventTable = {
    series: [...names.keys()],
    channels: [],
    timesMs: timesMs.values(),
    seriesOf: Uint32Array.from(seriesOf.values()),
    values: values.values(),
    ...(covariates.length > 0 && { covariates: { names: covariates, values: covariateValues.values() } }),
  }
  const ordered = orderEvents(table)
  const repeats = countRepeats(ordered)
  if (repeats > 0) {
    findings.warn(`${repeatsText(repeats)}.`)
  }
  return feedOfTable(`topic:${topic}`, ordered, findings.findings())
}

function timeText(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 16)
}
