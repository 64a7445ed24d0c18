import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { SeededRandom } from '#shared/recurrent/seeded-random'
import { haveKafka, uniqueName } from '../broker/open-kafka-log.js'
import { KafkaRun } from './kafka-run.js'
import { kafkaRunSize } from './kafka-run-size.js'
import { type KafkaWorker, killAllWorkers } from './kafka-worker.js'
import { say } from './progress-lines.js'

const size = kafkaRunSize('JOINS', { faults: 8, events: 50_000, series: 500 })

describe.skipIf(!haveKafka)(`workers on Kafka that join and leave ${size.faults} times`, () => {
  let run: KafkaRun
  afterEach(killAllWorkers)
  afterAll(() => run?.log.close())

  it('write what an undisturbed one writes, and need recover from nothing', {
    timeout: 6 * 3_600_000,
  }, async () => {
    run = new KafkaRun(size.series)
    const random = new SeededRandom(size.seed)
    const [rough, calm] = [uniqueName('joined'), uniqueName('calm')]
    await run.createTopics(rough)
    await run.feed(size.events)
    const gone: KafkaWorker[] = []
    const workers = [run.start(rough)]
    const moments = Array.from({ length: size.faults }, () => random.uniform(0.01, 0.95)).sort(
      (a, b) => a - b,
    )
    for (const moment of moments) {
      const progress = () => run.progress([...gone, ...workers])
      await run.until('the moment to change', () => progress() >= moment * size.events, progress)
      await run.keepAhead(progress())
      expect(progress()).toBeLessThan(run.fed)
      // One to three workers.
      const joins = workers.length === 1 || (workers.length < 3 && random.uniform() < 0.5)
      if (joins) {
        const joined = run.start(rough)
        workers.push(joined)
        await run.until('its share', () => joined.report.holding.size > 0)
      } else {
        const [leaver] = workers.splice(Math.floor(random.uniform(0, workers.length)), 1)
        expect(await leaver!.stop()).toBe(0)
        gone.push(leaver!)
      }
      say(`${joins ? 'joined' : 'left'}: ${workers.length} workers`)
    }
    await run.consumed(() => [...gone, ...workers])
    for (const worker of workers) expect(await worker.stop()).toBe(0)
    for (const { report } of [...gone, ...workers]) expect(report.warnings).toEqual([])
    await run.runUndisturbed(calm)
    await run.expectSame(rough, calm)
  })
})
