import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { KafkaLog } from '#shared/log/kafka/kafka-log'
import { ForecastRun, forecastsOf } from './forecast-run.js'
import { brokers, haveKafka, openKafkaLog, uniqueName } from './open-kafka-log.js'

const [SERIES, PARTITIONS] = [60, 4]
/** Of events that are sent at once. */
const HOURS = 130

describe.skipIf(!haveKafka)('workers on a broker', () => {
  const input = uniqueName('meters')
  const partitions = PARTITIONS
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
    const sent = { series: SERIES, hours: 0, partitions }
    let one = rough.start()
    await rough.leaveWork(sent, HOURS)
    await one.kill()
    const dead = await rough.count()
    one = rough.start()
    await rough.until('forecasts after the first kill', async () => (await rough.count()) > dead)
    // The second joins while the first works, and the first dies.
    const two = rough.start()
    await rough.until('the second worker', async () => two.output.includes('"started"'))
    await rough.leaveWork(sent, HOURS)
    await one.kill()
    const got = await rough.finished(forecastsOf(sent))
    expect(await two.stop()).toBe(0)

    const calm = open('calm')
    const alone = calm.start()
    const expected = await calm.finished(forecastsOf(sent))
    expect(await alone.stop()).toBe(0)

    for (const { origins } of got) expect(new Set(origins).size).toBe(origins.length)
    expect(got).toEqual(expected)
  })
})
