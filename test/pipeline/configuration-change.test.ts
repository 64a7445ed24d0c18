import { describe, expect, it } from 'vitest'
import { pipelineUntrainedWeights } from '#shared/composition/pipeline-parts'
import { weightsRecord } from '#shared/contracts/weights-records'
import { MemoryLog } from '#shared/log/memory/memory-log'
import type { RecurrentWeights } from '#shared/recurrent/recurrent-weights'
import { SeededRandom } from '#shared/recurrent/seeded-random'
import { viewTensors } from '#shared/recurrent/tensors'
import { hostileRecords } from './hostile-records.js'
import {
  copyTopic,
  createPipelineTopics,
  PipelineDriver,
  promotionRecord,
  readOutputs,
  smallSettings,
} from './pipeline-driver.js'

// Expected: what a pipeline that had the new configuration from the start says of the records after the change.

describe('a pipeline whose configuration changed', () => {
  it.each([
    ['another horizon', { horizon: 5 }],
    ['another season', { season: 2 }],
    ['a covariate', { covariates: ['load'] }],
  ])(
    'with %s builds its states anew from the input, publishes nothing twice, and goes on',
    async (_, change) => {
      const before = smallSettings()
      const after = smallSettings(change)
      const records = hostileRecords(3, 300, 3)
      const log = new MemoryLog()
      await createPipelineTopics(log, before)
      await log.append(before.inputTopic, records.slice(0, 200))
      const untrained = pipelineUntrainedWeights(before)
      const weights = { ...untrained, manifest: { ...untrained.manifest, version: 1, trainedToMs: 0 } }
      await log.append(before.topics.weights, [weightsRecord(weights), promotionRecord(weights, 0)])
      const old = await PipelineDriver.start(log, before, () => 0)
      await old.drain()
      await old.flush()
      expect(old.runs.map((run) => run.state.serving.weights.version)).toEqual([1, 1, 1])
      const published = await readOutputs(log, before)
      log.crash()

      await log.append(before.inputTopic, records.slice(200))
      const refused: string[] = []
      const changed = await PipelineDriver.start(
        log,
        after,
        () => 0,
        true,
        (reason) => refused.push(reason),
      )
      await changed.drain()
      await changed.flush()
      expect(refused).toHaveLength(1)
      expect(refused[0]).toMatch(/refused/)
      // Version 1 belongs to the old configuration: the untrained net of the new one serves.
      expect(changed.runs.map((run) => run.state.serving.weights.version)).toEqual([0, 0, 0])
      const outputs = await readOutputs(log, after)
      expect(published.every((line) => outputs.includes(line))).toBe(true)

      const fresh = new MemoryLog()
      await createPipelineTopics(fresh, after)
      await fresh.append(after.inputTopic, records)
      await (await PipelineDriver.start(fresh, after, () => 0)).drain()
      const expected = await readOutputs(fresh, after)
      const added = outputs.filter((line) => !published.includes(line))
      expect(added.length).toBeGreaterThan(100)
      expect(added.filter((line) => !expected.includes(line))).toEqual([])

      log.crash()
      const again = await PipelineDriver.start(
        log,
        after,
        () => 0,
        true,
        () => undefined,
      )
      expect(again.runs.every((run) => run.caughtUp)).toBe(true)
      log.crash()
    },
  )

  // Expected: version 1 says itself what it is, so it serves on; the states follow the new configuration, which decides
  // what the untrained net was before. A replay of the recorded decisions under it gives the same.
  it.each([
    ['hidden size', { hidden: 12 }],
    ['cell', { cell: 'lstm' }],
    ['number of layers', { layers: 2 }],
  ] as const)('with another %s for its nets goes on with the weights that serve', async (_, change) => {
    const before = smallSettings({ batchMax: 10 })
    const after = smallSettings({ ...change, batchMax: 10 })
    const records = hostileRecords(3, 300, 3)
    const log = new MemoryLog()
    await createPipelineTopics(log, before)
    await log.append(before.inputTopic, records.slice(0, 200))
    const weights = randomVersion(before)
    const old = await PipelineDriver.start(log, before, () => 0)
    await old.step(0)
    await log.append(before.topics.weights, [weightsRecord(weights), promotionRecord(weights, 0)])
    await old.seeWeights()
    await old.drain()
    await old.flush()
    const published = await readOutputs(log, before)
    log.crash()

    await log.append(before.inputTopic, records.slice(200))
    const changed = await PipelineDriver.start(log, after, () => 0)
    await changed.drain()
    expect(changed.runs.map((run) => run.state.serving.weights.version)).toEqual([1, 1, 1])
    const outputs = await readOutputs(log, after)
    const added = outputs.filter((line) => !published.includes(line))
    expect(added.length).toBeGreaterThan(100)

    const replay = new MemoryLog()
    await createPipelineTopics(replay, after)
    await replay.append(after.inputTopic, records)
    for (const topic of [after.topics.weights, after.topics.decisions]) await copyTopic(log, replay, topic)
    await (await PipelineDriver.start(replay, after, () => 0, false)).drain()
    const expected = await readOutputs(replay, after)
    expect(added.filter((line) => !expected.includes(line))).toEqual([])
    log.crash()
  })
})

/** Version 1, with heads that say something. */
function randomVersion(settings: ReturnType<typeof smallSettings>): RecurrentWeights {
  const { manifest, values } = pipelineUntrainedWeights(settings)
  const random = new SeededRandom(5)
  const { hiddenToOutputs } = viewTensors(manifest, values)
  for (let i = 0; i < hiddenToOutputs.length; i++) hiddenToOutputs[i] = random.uniform(-0.3, 0.3)
  return { manifest: { ...manifest, version: 1, trainedToMs: 0, samples: 1 }, values }
}
