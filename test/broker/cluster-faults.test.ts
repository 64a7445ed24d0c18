import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest'
import { systemClock } from '#shared/clock/system-clock'
import { KafkaLink } from '#shared/log/kafka/kafka-link'
import type { KafkaLog } from '#shared/log/kafka/kafka-log'
import { createKafka } from '#shared/log/kafka/kafkajs-client'
import { provideKafka, type StartedKafka } from '../../bin/kafka/provide-kafka.mjs'
import { ForecastRun, forecastsOf, type PublishedPartition } from './forecast-run.js'
import { openKafkaLog, uniqueName } from './open-kafka-log.js'

/** Longer forms: FORETIDE_LEADER_KILLS=10, FORETIDE_ROLLS=5, FORETIDE_DOWN_SECONDS=60. */
const LEADER_KILLS = Number(process.env.FORETIDE_LEADER_KILLS ?? 2)
const ROLLS = Number(process.env.FORETIDE_ROLLS ?? 1)
const DOWN_SECONDS = Number(process.env.FORETIDE_DOWN_SECONDS ?? 8)
const RESUMED_WITHIN_MS = 60_000
const [NODES, PARTITIONS, SERIES] = [3, 4, 40]
/** Hours of events that come before each fault, and after it. */
const [HOURS_BEFORE, HOURS_AFTER] = [60, 5]

const minutes = (count: number) => ({ timeout: count * 60_000 })

/** Brokers fail under a worker that has work to do. Every test ends with the bytes of an undisturbed run over the same input. */
describe.skipIf(inject('kafka').length === 0)('three brokers with three copies', () => {
  let kafka: StartedKafka
  let log: KafkaLog
  let link: KafkaLink
  const runs: ForecastRun[] = []

  beforeAll(async () => {
    const say = (line: string) => console.error(line)
    kafka = await provideKafka({ own: true, nodes: NODES }, { env: process.env, say })
    log = openKafkaLog({ brokers: kafka.brokers })
    link = new KafkaLink(createKafka({ brokers: kafka.brokers, clientId: 'foretide-test' }), systemClock)
  }, 600_000)
  afterEach(async () => {
    for (const run of runs.splice(0)) await run.killAll()
  })
  afterAll(async () => {
    await Promise.all([log?.close(), link?.close()])
    await kafka?.stop()
  })

  const node = (id: number) => kafka.nodes[id - 1]!

  /**
   * Forecast while `faults` strike, one after the other, each after new events came and some of them were forecast. New events come
   * after each, too: a worker may have finished what it had while a broker was away.
   * @returns longest time from a fault's end until every partition has published again
   */
  async function survive(
    name: string,
    faults: readonly ((input: string) => Promise<void>)[],
  ): Promise<{ got: PublishedPartition[]; calm: PublishedPartition[]; resumedMs: number; said: string }> {
    const sent = { series: SERIES, hours: 0, partitions: PARTITIONS }
    const input = uniqueName(name)
    const open = (prefix: string) => {
      const { brokers } = kafka
      const run = new ForecastRun({
        log,
        brokers,
        input,
        prefix: uniqueName(prefix),
        partitions: PARTITIONS,
      })
      runs.push(run)
      return run
    }
    await log.createTopics([{ topic: input, partitions: PARTITIONS, cleanup: 'delete' }])
    const rough = open('rough')
    await rough.send(sent, HOURS_BEFORE)
    const worker = rough.start()
    let resumedMs = 0
    for (const fault of faults) {
      await rough.leaveWork(sent, HOURS_BEFORE)
      await fault(input)
      const endedMs = systemClock.now()
      const then = (await rough.published()).map(({ origins }) => origins.length)
      await rough.send(sent, HOURS_AFTER)
      const goneOn = async () =>
        (await rough.published()).every(({ origins }, partition) => origins.length > then[partition]!)
      await rough.until('forecasts in every partition after the fault', goneOn, 2 * RESUMED_WITHIN_MS)
      resumedMs = Math.max(resumedMs, systemClock.now() - endedMs)
    }
    const got = await rough.finished(forecastsOf(sent), 180_000)
    expect(worker.running, worker.output.slice(-2_000)).toBe(true)
    expect(await worker.stop()).toBe(0)

    const undisturbed = open('calm')
    const alone = undisturbed.start()
    const calm = await undisturbed.finished(forecastsOf(sent), 180_000)
    expect(await alone.stop()).toBe(0)
    console.log(`${name}: ${faults.length} faults, resumed within ${(resumedMs / 1000).toFixed(1)} s`)
    return { got, calm, resumedMs, said: worker.output }
  }

  it(
    'are restarted one after the other and nothing is lost or said twice',
    minutes(6 + 2 * ROLLS),
    async () => {
      const restart = (id: number) => async () => {
        await node(id).stop()
        await node(id).start()
      }
      const rolls = Array.from({ length: ROLLS }, () => kafka.nodes.map((_, i) => restart(i + 1))).flat()
      const { got, calm, resumedMs } = await survive('rolling', rolls)
      expect(got).toEqual(calm)
      expect(resumedMs).toBeLessThan(RESUMED_WITHIN_MS)
    },
  )

  it('lose the leader of the input to a crash, again and again', minutes(6 + LEADER_KILLS), async () => {
    const killLeader = async (input: string) => {
      await link.forget()
      const leader = await link.leader(input, 0)
      await node(leader.nodeId).stop('SIGKILL')
      // Somebody else leads before it comes back, as with a machine that boots.
      await systemClock.sleep(5_000)
      await node(leader.nodeId).start()
    }
    const kills = Array.from({ length: LEADER_KILLS }, () => killLeader)
    const { got, calm, resumedMs } = await survive('leader', kills)
    expect(got).toEqual(calm)
    expect(resumedMs).toBeLessThan(RESUMED_WITHIN_MS)
  })

  it('crash all at once, and stay away', minutes(6 + DOWN_SECONDS / 30), async () => {
    const allDown = async () => {
      await Promise.all(kafka.nodes.map((one) => one.stop('SIGKILL')))
      await systemClock.sleep(DOWN_SECONDS * 1_000)
      await Promise.all(kafka.nodes.map((one) => one.start()))
    }
    const { got, calm, resumedMs, said } = await survive('down', [allDown])
    expect(got).toEqual(calm)
    expect(resumedMs).toBeLessThan(RESUMED_WITHIN_MS)
    expect(said).toMatch(
      /"message":"waiting for Kafka","for":"[^"]+","among":\d+,"reason":"[^"]+","seconds":\d+/,
    )
    expect(said).toContain('"message":"Kafka is back"')
  })
})
