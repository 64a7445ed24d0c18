import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { haveKafka, uniqueName } from '../broker/open-kafka-log.js'
import { KafkaRun } from './kafka-run.js'
import { killAllWorkers } from './kafka-worker.js'
import { killWorkers } from './kill-workers.js'

// Expected: what one undisturbed worker writes, byte for byte. No number is written down here.

const KILLS = Number(process.env.FORETIDE_KAFKA_KILLS ?? 10)
const EVENTS = Number(process.env.FORETIDE_KAFKA_EVENTS ?? 50_000)
const SERIES = Number(process.env.FORETIDE_KAFKA_SERIES ?? 500)
const SEED = Number(process.env.FORETIDE_CRASH_SEED ?? 1)

describe.skipIf(!haveKafka)(`two workers on Kafka, killed ${KILLS} times`, () => {
  let run: KafkaRun
  afterEach(killAllWorkers)
  afterAll(() => run?.log.close())

  it('write what an undisturbed one writes: every reading once, the same bytes, the same states', {
    timeout: 6 * 3_600_000,
  }, async () => {
    run = new KafkaRun(SERIES)
    const [rough, calm] = [uniqueName('rough'), uniqueName('calm')]
    await run.createTopics(rough)
    await run.feed(EVENTS)
    const inCommit = await killWorkers(run, rough, { kills: KILLS, events: EVENTS, seed: SEED })
    expect(inCommit).toBeGreaterThanOrEqual(KILLS / 3)
    await run.runUndisturbed(calm)
    await run.expectSame(rough, calm)
  })
})
