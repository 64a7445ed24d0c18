import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sensorEventDecoder } from '#shared/contracts/sensor-event'
import type { FeedEvent } from '#shared/feed/feed'
import type { FeedOptions } from '#shared/feed/feed-options'
import { openFeed } from '#shared/feed/open-feed'
import { sensorEventRecord } from '#shared/feed/sensor-event-record'
import { openTopicFeed } from '#shared/feed/topic-feed'
import { MemoryLog } from '#shared/log/memory/memory-log'

const START = Date.parse('2026-01-05T00:00:00Z')
const HOUR = 3_600_000

let dir: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'foretide-covariates-'))
})
afterAll(() => rm(dir, { recursive: true }))

async function openText(text: string, options: FeedOptions) {
  const file = join(dir, 'data.csv')
  await writeFile(file, text)
  return openFeed({ file, ...options })
}

async function eventsOf(feed: { events(): AsyncIterable<FeedEvent> }): Promise<FeedEvent[]> {
  const events: FeedEvent[] = []
  for await (const event of feed.events()) events.push(event)
  return events
}

const wide = `time,oil,gas,outdoor,wind
2026-01-05 01:00,2,20,-4,
2026-01-05 00:00,1,10,-3.5,7
`

describe('covariates of a feed', () => {
  it('stand in every event of their row, in event-time order, and are no series', async () => {
    const feed = await openText(wide, { covariates: ['outdoor', 'Wind'] })
    expect(feed).toMatchObject({ series: 2, total: 4 })
    expect(await eventsOf(feed)).toEqual([
      { series: 'oil', timeMs: START, value: 1, covariates: { outdoor: -3.5, wind: 7 } },
      { series: 'gas', timeMs: START, value: 10, covariates: { outdoor: -3.5, wind: 7 } },
      { series: 'oil', timeMs: START + HOUR, value: 2, covariates: { outdoor: -4 } },
      { series: 'gas', timeMs: START + HOUR, value: 20, covariates: { outdoor: -4 } },
    ])
  })

  it('are found beside a column of series too', async () => {
    const text = 'series,time,value,load\na,2026-01-05 00:00,1,0.5\nb,2026-01-05 00:00,2,0.75\n'
    expect(await eventsOf(await openText(text, { covariates: ['load'] }))).toEqual([
      { series: 'a', timeMs: START, value: 1, covariates: { load: 0.5 } },
      { series: 'b', timeMs: START, value: 2, covariates: { load: 0.75 } },
    ])
  })

  it('make another feed of a file, and leave one without them as it was', async () => {
    const [none, one, other] = [
      await openText(wide, {}),
      await openText(wide, { covariates: ['outdoor'] }),
      await openText(wide, { covariates: ['wind'] }),
    ]
    expect(new Set([none.fingerprint, one.fingerprint, other.fingerprint]).size).toBe(3)
    expect((await eventsOf(none))[0]).not.toHaveProperty('covariates')
  })

  it('are refused by name where the file has no such column', async () => {
    await expect(openText(wide, { covariates: ['humidity'] })).rejects.toThrow(
      /has no column humidity \(--covariates\); it has time, oil, gas, outdoor, wind/,
    )
  })

  it('go through a topic and back, nested ones too', async () => {
    const covariates = ['outdoor', 'site.wind']
    const decode = sensorEventDecoder({
      fields: { series: 'series', time: 'time', value: 'value', values: 'values' },
      ...{ covariates, timeUnit: 'ms', timeUnitExplicit: false, skewMaxMs: HOUR },
    })
    const events: FeedEvent[] = [
      { series: 'a', timeMs: START, value: 1, covariates: { outdoor: -3.5, 'site.wind': 7 } },
      { series: 'a', timeMs: START + HOUR, value: 2, covariates: { 'site.wind': 8 } },
    ]
    const log = new MemoryLog()
    await log.createTopics([{ topic: 'in', partitions: 1, cleanup: 'delete' }])
    const records = events.map((event) => sensorEventRecord(event, 0, event.timeMs, []))
    expect(JSON.parse(new TextDecoder().decode(records[0]!.value!))).toMatchObject({
      ...{ outdoor: -3.5, site: { wind: 7 } },
    })
    await log.append('in', records)
    const { signal } = new AbortController()
    const feed = await openTopicFeed(log, { topic: 'in' }, decode, covariates, signal)
    expect(await eventsOf(feed)).toEqual(events)
  })
})
