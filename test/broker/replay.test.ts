import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ReplayOptions, runReplay } from '#services/replayer/run-replay'
import { systemClock } from '#shared/clock/system-clock'
import { pipelineTopics } from '#shared/contracts/topics'
import type { KafkaLog } from '#shared/log/kafka/kafka-log'
import {
  createPipelineTopics,
  type PipelineDriver,
  readOutputs,
  smallSettings,
} from '../pipeline/pipeline-driver.js'
import { runWithSwaps, SNAPSHOT_DAYS } from '../pipeline/swapped-run.js'
import { haveKafka, openKafkaLog, uniqueName } from './open-kafka-log.js'

// Expected: what the live run has published, in the same cluster. No number is written down here.

describe.skipIf(!haveKafka)('a replay on a broker', () => {
  const settings = smallSettings({
    ...{ snapshotEveryMs: SNAPSHOT_DAYS * 86_400_000, batchMax: 8 },
    ...{ inputTopic: uniqueName('sensors'), topics: pipelineTopics(uniqueName('live'), 'test') },
  })
  let log: KafkaLog
  let live: PipelineDriver

  beforeAll(async () => {
    log = openKafkaLog()
    await createPipelineTopics(log, settings)
    live = await runWithSwaps(log, settings, 300)
  }, 120_000)
  afterAll(() => log.close())

  const replay = (options: Partial<ReplayOptions>) =>
    runReplay({
      ...{ log, settings, publishTo: null, check: false, clock: systemClock },
      ...{ signal: new AbortController().signal, ...options },
    })

  const published = async (topics: typeof settings.topics) =>
    (await readOutputs(log, { ...settings, topics })).map((line) => line.slice(line.indexOf('.test.')))

  it('publishes the bytes of the live run through several swaps, from the beginning', async () => {
    const publishTo = pipelineTopics(uniqueName('replay'), 'test')
    const report = await replay({ publishTo, check: true })
    expect(report.difference).toBeNull()
    const production = await published(settings.topics)
    const versions = new Set(production.map((line) => /"weights":\{"version":(\d+)\}/.exec(line)?.[1]))
    expect(versions.size, 'versions that served, and lines without one').toBeGreaterThan(4)
    expect(await published(publishTo)).toEqual(production)
    expect(report.checked).toEqual({ same: production.length, notKept: 0 })
  })

  it('does so from a snapshot in the middle', async () => {
    const report = await replay({ check: true, from: { offset: 60 } })
    expect(report.difference).toBeNull()
    expect(report.checked!.same).toBeGreaterThan(60)
    for (const { snapshot, warmFrom } of report.partitions) {
      expect(snapshot).toBeGreaterThan(0)
      expect(warmFrom).toBeLessThanOrEqual(60)
    }
  })

  it('leaves the live group and its positions alone', async () => {
    await replay({ check: true })
    const before = live.runs.map(({ consumed }) => consumed)
    await log.append(settings.inputTopic, [
      { partition: 1, key: null, value: Buffer.from('{'), headers: [], timestamp: 0 },
    ])
    expect(await live.step(1)).toBe(true)
    const after = live.runs.map(({ consumed }) => consumed)
    expect(after[1]).toBeGreaterThan(before[1]!)
    expect([after[0], after[2]]).toEqual([before[0], before[2]])
  })
})
