import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { KafkaLog } from '#shared/log/kafka/kafka-log'
import { ForecastRun, forecastsOf, makeEvents } from './forecast-run.js'
import { brokers, haveKafka, openKafkaLog, uniqueName } from './open-kafka-log.js'

const WORKLOAD = { series: 60, hours: 400, partitions: 4 }
const ALL = forecastsOf(WORKLOAD)

describe.skipIf(!haveKafka)('workers on a broker', () => {
  const input = uniqueName('meters')
  const { partitions } = WORKLOAD
  let log: KafkaLog
  const runs: ForecastRun[] = []
  const open = (name: string) => {
    const run = new ForecastRun({ log, brokers, input, prefix: uniqueName(name), partitions })
    runs.push(run)
    return run
  }

  beforeAll(async () => {
    log = openKafkaLog()
    await log.createTopics([{ topic: input, partitions, cleanup: 'delete' }])
  })
  afterEach(async () => {
    for (const run of runs.splice(0)) await run.killAll()
  })
  afterAll(() => log.close())

  it('publish the same bytes whether they are killed, joined and left or not', {
    timeout: 240_000,
  }, async () => {
    const rough = open('rough')
    const events = makeEvents(WORKLOAD)
    const third = Math.floor(events.length / 3)

    // Each kill comes right after new events: there is always work that is not done.
    await log.append(input, events.slice(0, third))
    let one = rough.start()
    await rough.until('the first forecasts', async () => (await rough.count()) > 0)
    await log.append(input, events.slice(third, 2 * third))
    await one.kill()
    expect(await rough.count()).toBeLessThan(2 * third - WORKLOAD.series)
    one = rough.start()
    await rough.until('forecasts after the first kill', async () => (await rough.count()) > third)
    // The second joins while the first works, and the first dies.
    const two = rough.start()
    await rough.until('the second worker', async () => two.output.includes('"started"'))
    await log.append(input, events.slice(2 * third))
    await one.kill()
    expect(await rough.count()).toBeLessThan(ALL)
    const got = await rough.finished(ALL)
    expect(await two.stop()).toBe(0)

    const calm = open('calm')
    const alone = calm.start()
    const expected = await calm.finished(ALL)
    expect(await alone.stop()).toBe(0)

    for (const { origins } of got) expect(new Set(origins).size).toBe(origins.length)
    expect(got).toEqual(expected)
  })
})
