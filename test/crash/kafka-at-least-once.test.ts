import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { haveKafka, uniqueName } from '../broker/open-kafka-log.js'
import { compareRepeated } from './compare-repeated.js'
import { KafkaRun, PARTITIONS } from './kafka-run.js'
import { kafkaRunSize } from './kafka-run-size.js'
import { killAllWorkers } from './kafka-worker.js'
import { killWorkers } from './kill-workers.js'
import { say } from './progress-lines.js'

// Expected: what one undisturbed worker writes exactly once. No number is written down here.

const size = kafkaRunSize('KILLS', { faults: 6, events: 24_000, series: 500 })

describe.skipIf(!haveKafka)(`two workers on Kafka at least once, killed ${size.faults} times`, () => {
  let run: KafkaRun
  afterEach(killAllWorkers)
  afterAll(() => run?.log.close())

  it('lose nothing, repeat some with the same bytes, and end with the states of an undisturbed one', {
    timeout: 6 * 3_600_000,
  }, async () => {
    run = new KafkaRun(size.series, 'at-least-once')
    const [rough, calm] = [uniqueName('rough'), uniqueName('calm')]
    await run.createTopics(rough)
    await run.feed(size.events)
    const inCommit = await killWorkers(run, rough, { ...size, kills: size.faults })
    expect(inCommit).toBeGreaterThanOrEqual(size.faults / 3)
    await run.runUndisturbed(calm)
    for (const prefix of [rough, calm]) await run.saveStates(prefix)

    const { batchMax } = run.settings(rough)
    let repeated = 0
    for (const name of ['forecasts', 'scores', 'lifecycle'] as const) {
      const [topic, otherTopic] = [rough, calm].map((prefix) => run.settings(prefix).topics[name])
      const compared = await compareRepeated(run.log, topic!, otherTopic!, PARTITIONS)
      say(`${name}: ${compared.records} records alike, ${compared.repeats} of them repeated`)
      expect(compared.difference).toBeNull()
      expect(compared.repeats).toBeLessThanOrEqual(2 * size.faults * PARTITIONS * batchMax)
      if (name !== 'lifecycle') expect(compared.records).toBeGreaterThan(run.fed / 2)
      repeated += compared.repeats
    }
    expect(repeated, 'a kill in a commit leaves something to repeat').toBeGreaterThan(0)
    say(`${await run.expectSameStates(rough, calm)} states alike`)
  })
})
