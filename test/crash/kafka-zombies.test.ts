import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { systemClock } from '#shared/clock/system-clock'
import { haveKafka, uniqueName } from '../broker/open-kafka-log.js'
import { KafkaRun, PARTITIONS, SESSION_MS } from './kafka-run.js'
import { type KafkaWorker, killAllWorkers } from './kafka-worker.js'
import { say } from './progress-lines.js'

const FREEZES = Number(process.env.FORETIDE_KAFKA_FREEZES ?? 3)
/** Events of a round: each partition gets several batches, so that work is left when the freeze strikes. */
const CHUNK = Number(process.env.FORETIDE_KAFKA_FREEZE_EVENTS ?? 12_000)
const SERIES = 200

describe.skipIf(!haveKafka)(`a worker on Kafka that is frozen ${FREEZES} times past its session`, () => {
  let run: KafkaRun
  afterEach(killAllWorkers)
  afterAll(() => run?.log.close())

  it('is fenced each time when it wakes, and none of its late writes is taken', {
    timeout: 6 * 3_600_000,
  }, async () => {
    run = new KafkaRun(SERIES)
    const [rough, calm] = [uniqueName('frozen'), uniqueName('calm')]
    await run.createTopics(rough)
    const workers = [run.start(rough), run.start(rough)] as const
    const both = () => workers
    const shared = () => {
      const holds = workers.map(({ report }) => report.holding.size)
      return holds.every((count) => count > 0) && holds.reduce((a, b) => a + b) === PARTITIONS
    }
    for (let round = 1; round <= FREEZES; round++) {
      await run.until('both at work', shared)
      const [sleeper, other]: KafkaWorker[] = round % 2 === 0 ? [...workers] : [...workers].reverse()
      const before = { fenced: sleeper!.report.fenced, positions: new Map(sleeper!.report.acknowledged) }
      const had = [...sleeper!.report.holding]
      // Not awaited: a fast worker would have nothing left when the last event is fed.
      const feeding = run.feed(round * CHUNK)
      await run.until('a commit', () => sleeper!.report.inFlight.length > 0)
      sleeper!.freeze()
      const inFlight = [...sleeper!.report.inFlight]
      const left = round * CHUNK - run.progress(workers)
      expect(left, 'events that were left when it froze').toBeGreaterThan(0)
      expect(inFlight.length).toBeGreaterThan(0)
      const frozenMs = systemClock.now()
      await feeding
      await run.until('the other to take over', () =>
        had.every((partition) => other!.report.holding.has(partition)),
      )
      await systemClock.sleep(3 * SESSION_MS - (systemClock.now() - frozenMs))
      sleeper!.wake()
      await run.until('the fence', () => sleeper!.report.fenced > before.fenced)
      say(
        `freeze ${round}: ${left} events left, ${inFlight.length} commits in flight, ${sleeper!.report.fenced - before.fenced} refused`,
      )
      await run.consumed(both)
    }
    for (const worker of workers) expect(await worker.stop()).toBe(0)
    await run.runUndisturbed(calm)
    await run.expectSame(rough, calm)
  })
})
