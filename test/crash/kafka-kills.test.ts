import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { systemClock } from '#shared/clock/system-clock'
import { SeededRandom } from '#shared/recurrent/seeded-random'
import { haveKafka, uniqueName } from '../broker/open-kafka-log.js'
import { KafkaRun } from './kafka-run.js'
import { type KafkaWorker, killAllWorkers } from './kafka-worker.js'
import { say } from './progress-lines.js'

// Expected: what one undisturbed worker writes, byte for byte. No number is written down here.

const KILLS = Number(process.env.FORETIDE_KAFKA_KILLS ?? 10)
const EVENTS = Number(process.env.FORETIDE_KAFKA_EVENTS ?? 50_000)
const SERIES = Number(process.env.FORETIDE_KAFKA_SERIES ?? 500)
const SEED = Number(process.env.FORETIDE_CRASH_SEED ?? 1)
/** A kill waits for a commit to be in flight for so long at most. */
const COMMIT_MS = 5_000

describe.skipIf(!haveKafka)(`two workers on Kafka, killed ${KILLS} times`, () => {
  let run: KafkaRun
  afterEach(killAllWorkers)
  afterAll(() => run?.log.close())

  it('write what an undisturbed one writes: every reading once, the same bytes, the same states', {
    timeout: 6 * 3_600_000,
  }, async () => {
    run = new KafkaRun(SERIES)
    const random = new SeededRandom(SEED)
    const [rough, calm] = [uniqueName('rough'), uniqueName('calm')]
    await run.createTopics(rough)
    await run.feed(EVENTS)
    const dead: KafkaWorker[] = []
    const workers = [run.start(rough), run.start(rough)]
    const moments = Array.from({ length: KILLS }, () => random.uniform(0.01, 0.95)).sort((a, b) => a - b)
    let inCommit = 0
    for (const [kill, moment] of moments.entries()) {
      const progress = () => run.progress([...dead, ...workers])
      await run.until('the moment to kill', () => progress() >= moment * EVENTS)
      await run.keepAhead(progress())
      const which = Math.floor(random.uniform(0, 2))
      const victim = workers[which]!
      const from = systemClock.now()
      // Three kills of four strike while a commit is in flight, if there is one in time; the others whenever they come.
      if (random.uniform() < 0.75) {
        while (victim.report.inFlight.length === 0 && systemClock.now() - from < COMMIT_MS) {
          await run.keepAhead(progress())
          await systemClock.sleep(1)
        }
        await systemClock.sleep(random.uniform() * victim.report.commitMs)
      }
      await victim.kill()
      if (victim.report.inFlight.length > 0) inCommit++
      const left = run.fed - progress()
      expect(left, 'events that were left when the kill struck').toBeGreaterThan(0)
      dead.push(victim)
      workers[which] = run.start(rough)
      say(`kill ${kill + 1}: ${left} events left, ${victim.report.inFlight.length} commits in flight`)
    }
    await run.consumed(() => [...dead, ...workers])
    for (const worker of workers) expect(await worker.stop()).toBe(0)
    say(`${inCommit} of ${KILLS} kills struck with commits in flight`)
    expect(inCommit).toBeGreaterThanOrEqual(KILLS / 3)
    await run.runUndisturbed(calm)
    await run.expectSame(rough, calm)
  })
})
