import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { haveKafka, uniqueName } from '../broker/open-kafka-log.js'
import { KafkaRun } from './kafka-run.js'
import { kafkaRunSize } from './kafka-run-size.js'
import { killAllWorkers } from './kafka-worker.js'
import { killWorkers } from './kill-workers.js'

// Expected: what one undisturbed worker writes, byte for byte. No number is written down here.

const size = kafkaRunSize('KILLS', { faults: 10, events: 50_000, series: 500 })

describe.skipIf(!haveKafka)(`two workers on Kafka, killed ${size.faults} times`, () => {
  let run: KafkaRun
  afterEach(killAllWorkers)
  afterAll(() => run?.log.close())

  it('write what an undisturbed one writes: every reading once, the same bytes, the same states', {
    timeout: 6 * 3_600_000,
  }, async () => {
    run = new KafkaRun(size.series)
    const [rough, calm] = [uniqueName('rough'), uniqueName('calm')]
    await run.createTopics(rough)
    await run.feed(size.events)
    const inCommit = await killWorkers(run, rough, { ...size, kills: size.faults })
    expect(inCommit).toBeGreaterThanOrEqual(size.faults / 3)
    await run.runUndisturbed(calm)
    await run.expectSame(rough, calm)
  })
})
