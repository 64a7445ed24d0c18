import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assembleWire } from '#shared/composition/pipeline-parts'
import { forecastMessage } from '#shared/contracts/forecast'
import { lifecycleMessage } from '#shared/contracts/lifecycle'
import { scoreMessage } from '#shared/contracts/score'
import { LEVELS } from '#shared/forecast/quantile-levels'
import { MemoryLog } from '#shared/log/memory/memory-log'
import type { LogRecord, NewRecord } from '#shared/log/port'
import { hostileRecords } from '../../../pipeline/hostile-records.js'
import { createPipelineTopics, PipelineDriver, smallSettings } from '../../../pipeline/pipeline-driver.js'

const settings = smallSettings()
const text = (bytes: Uint8Array | null) => Buffer.from(bytes ?? []).toString('utf8')
const headersOf = (record: Pick<NewRecord, 'headers'>) =>
  Object.fromEntries(record.headers.map(([name, value]) => [name, text(value)]))

async function readTopic(log: MemoryLog, topic: string): Promise<(LogRecord & { partition: number })[]> {
  const found: (LogRecord & { partition: number })[] = []
  for (let partition = 0; partition < settings.partitions; partition++) {
    const { start, end } = await log.bounds(topic, partition)
    if (end === start) continue
    for await (const { records } of log.read(topic, partition, start, end)) {
      for (const record of records) found.push({ ...record, partition })
    }
  }
  return found
}

/** Every output of a pipeline driven through hostile records, and its input by place. */
async function driven() {
  const log = new MemoryLog()
  await createPipelineTopics(log, settings)
  await log.append(settings.inputTopic, hostileRecords(5, 2000, settings.partitions))
  const driver = await PipelineDriver.start(log, settings, () => 0)
  await driver.drain()
  const { forecasts, scores, lifecycle, deadLetters } = settings.topics
  const input = new Map(
    (await readTopic(log, settings.inputTopic)).map((it) => [`${it.partition}/${it.offset}`, it]),
  )
  return {
    input,
    forecasts: await readTopic(log, forecasts),
    scores: await readTopic(log, scores),
    lifecycle: await readTopic(log, lifecycle),
    deadLetters: await readTopic(log, deadLetters),
  }
}

const outputs = driven()

/** What every record of ours has in its headers, by the CloudEvents 1.0 Kafka binding, binary mode. */
function expectCloudEvent(
  record: LogRecord & { partition: number },
  type: string,
  body: { series: string },
  time: string | null,
  offset: string,
): void {
  expect(text(record.key)).toBe(body.series)
  expect(headersOf(record)).toEqual({
    'content-type': 'application/json',
    ce_specversion: '1.0',
    ce_type: type,
    ce_source: '/foretide/test',
    ce_id: `test/${record.partition}/${offset}/${encodeURIComponent(body.series)}`,
    ce_subject: body.series,
    ...(time === null ? {} : { ce_time: time }),
  })
}

describe('the records of a driven pipeline', () => {
  it('are forecasts that keep their contract, with the origin in their headers', async () => {
    const { forecasts, input } = await outputs
    expect(forecasts.length).toBeGreaterThan(1000)
    for (const record of forecasts) {
      const message = forecastMessage.parse(JSON.parse(text(record.value)))
      const { origin, horizon } = message
      expectCloudEvent(record, 'foretide.forecast.v1', message, origin.time, origin.offset)
      expect(origin.partition).toBe(record.partition)
      expect(record.timestamp).toBe(input.get(`${record.partition}/${origin.offset}`)?.timestamp)
      expect(message.levels).toEqual(LEVELS)
      expect(message.yhat.length).toBe(horizon)
      expect(message.quantiles.length).toBe(LEVELS.length)
      for (let h = 0; h < horizon; h++) {
        const column = message.quantiles.map((row) => row[h])
        expect(column, 'quantiles rise').toEqual([...column].sort((a, b) => a - b))
      }
      const shares = Object.values(message.experts)
      expect(Math.abs(shares.reduce((sum, share) => sum + share, 0) - 1)).toBeLessThanOrEqual(
        0.0005 * shares.length,
      )
    }
  })

  it('are scores that keep their contract, each list with one entry per knot', async () => {
    const { scores } = await outputs
    expect(scores.length).toBeGreaterThan(1000)
    for (const record of scores) {
      const parsed = JSON.parse(text(record.value))
      const message = scoreMessage.parse(parsed)
      expectCloudEvent(record, 'foretide.score.v1', message, message.target.time, message.target.offset)
      const { leads, weights, yhat, median, halfWidth, crps, naive, experts } = message
      for (const list of [weights, yhat, median, halfWidth, crps, naive, ...Object.values(experts)]) {
        expect(list.length).toBe(leads.length)
      }
    }
  })

  it('are changes of life that keep their contract', async () => {
    const { lifecycle } = await outputs
    const events = new Set<string>()
    for (const record of lifecycle) {
      const message = lifecycleMessage.parse(JSON.parse(text(record.value)))
      events.add(message.event)
      expectCloudEvent(record, 'foretide.lifecycle.v1', message, message.time, message.offset)
    }
    expect([...events].sort()).toEqual(['duplicate', 'late', 'reset', 'same-cell', 'warming'])
  })

  it('are dead letters with the original bytes, key and headers, and why', async () => {
    const { deadLetters, input } = await outputs
    const reasons = new Set<string>()
    for (const record of deadLetters) {
      const headers = headersOf(record)
      const original = input.get(`${record.partition}/${headers['__connect.errors.offset']}`)
      expect([record.key, record.value, record.timestamp]).toEqual([
        original?.key,
        original?.value,
        original?.timestamp,
      ])
      expect(record.headers.slice(0, original?.headers.length)).toEqual(original?.headers)
      expect(headers).toMatchObject({
        '__connect.errors.topic': 'sensors.test',
        '__connect.errors.partition': String(record.partition),
      })
      expect(headers['__connect.errors.exception.message']).not.toBe('')
      reasons.add(headers.foretide_reason)
    }
    expect([...reasons].sort()).toEqual(['future-time', 'missing-value', 'not-a-number', 'unparseable'])
  })

  it('are one outcome per record and series in it', async () => {
    const { input, forecasts, lifecycle, deadLetters } = await outputs
    const counts = new Map<string, number>()
    const count = (partition: number, offset: string, series: string) => {
      const place = `${partition}/${offset}/${series}`
      counts.set(place, (counts.get(place) ?? 0) + 1)
    }
    for (const it of forecasts) {
      const { series, origin } = JSON.parse(text(it.value))
      count(it.partition, origin.offset, series)
    }
    for (const it of lifecycle) {
      const { series, offset } = JSON.parse(text(it.value))
      count(it.partition, offset, series)
    }
    for (const it of deadLetters) {
      const headers = headersOf(it)
      count(it.partition, headers['__connect.errors.offset'], headers.foretide_series)
    }
    for (const [place, times] of counts) expect(times, place).toBe(1)
    const records = new Set([...counts.keys()].map((place) => place.split('/').slice(0, 2).join('/')))
    expect(records.size).toBe(input.size)
  })
})

describe('a record of a series with any name', () => {
  it('keeps the name in key, body and headers', () => {
    const wire = assembleWire(settings)
    const anyName = fc.string({ unit: 'binary', minLength: 1, maxLength: 60 })
    fc.assert(
      fc.property(
        fc.oneof(anyName, fc.constantFrom('__proto__', 'a"b\\', '\u0000\n', '🙂', '../..')),
        (series) => {
          const event = { series, event: 'warming', timeMs: 0, offset: 3, timestampMs: 5 } as const
          const record = wire.lifecycle(1, event)
          const message = lifecycleMessage.parse(JSON.parse(text(record.value)))
          expect([message.series, text(record.key), headersOf(record).ce_subject]).toEqual([
            series,
            series,
            series,
          ])
          expect(headersOf(record).ce_id).toBe(`test/1/3/${encodeURIComponent(series)}`)
        },
      ),
    )
  })
})
