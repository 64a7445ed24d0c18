import { describe, expect, it } from 'vitest'
import { pipelineUntrainedWeights } from '#shared/composition/pipeline-parts'
import { weightsRecord } from '#shared/contracts/weights-records'
import { endsOf } from '#shared/log/ends-of'
import { MemoryLog } from '#shared/log/memory/memory-log'
import type { CommitFault } from '#shared/log/memory/memory-log-faults'
import { SeededRandom } from '#shared/recurrent/seeded-random'
import { hostileRecords } from './hostile-records.js'
import {
  copyTopic,
  createPipelineTopics,
  PipelineDriver,
  promotionRecord,
  readOutputs,
  smallSettings,
} from './pipeline-driver.js'

// Expected: what one uninterrupted run over the same records and decisions writes. No number is written down here.

const settings = smallSettings()
const SEEDS = 12

async function countOutputs(log: MemoryLog): Promise<number> {
  const { forecasts, scores, lifecycle, deadLetters } = settings.topics
  const topics = [forecasts, scores, lifecycle, deadLetters]
  return (await Promise.all(topics.map((topic) => endsOf(log, topic)))).flat().reduce((a, b) => a + b, 0)
}

/** Commits that fail at every point that at-least-once delivery knows, while weights are swapped so many times. */
async function liveThroughFaults(seed: number, swaps: number) {
  const random = new SeededRandom(seed)
  const chance = (share: number) => random.uniform(0, 1) < share
  let faults = 0
  let fault: CommitFault = 'proceed' as CommitFault
  const log = new MemoryLog({
    guarantee: 'at-least-once',
    faults: {
      chooseBatchSize: () => 1 + Math.floor(random.uniform(0, 20)),
      beforeCommit: () => {
        if (faults >= 12 || !chance(0.1)) return 'proceed'
        faults++
        fault = (['fail-before', 'fail-between', 'fail-between', 'fail-after'] as const)[
          Math.floor(random.uniform(0, 4))
        ]!
        return fault
      },
    },
  })
  await createPipelineTopics(log, settings)
  await log.append(settings.inputTopic, hostileRecords(seed, 240, 3))
  /** Outputs of commits that failed after these had been stored, and before the rest was. */
  let unacknowledged = 0
  let version = 0
  let now = 0
  for (;;) {
    let before = await countOutputs(log)
    try {
      const driver = await PipelineDriver.start(log, settings, () => now)
      for (let busy = true; busy; ) {
        if (version < swaps && chance(0.3)) {
          const { manifest, values } = pipelineUntrainedWeights({ ...settings, seed: 100 + ++version })
          const weights = { manifest: { ...manifest, version, trainedToMs: 0, samples: 1 }, values }
          await log.append(settings.topics.weights, [weightsRecord(weights), promotionRecord(weights, 0)])
        }
        await driver.seeWeights()
        busy = false
        for (const { partition } of driver.runs) {
          before = await countOutputs(log)
          busy = (await driver.step(partition)) || busy
          now += Math.floor(random.uniform(0, 4_000))
        }
      }
      return { log, unacknowledged }
    } catch (error) {
      if (!/A test made this write fail/.test(String(error))) throw error
      if (fault === 'fail-between') unacknowledged += (await countOutputs(log)) - before
      log.crash()
    }
  }
}

/** What a replay of the records and decisions that a run left writes. */
async function replay(log: MemoryLog): Promise<string[]> {
  const calm = new MemoryLog()
  await createPipelineTopics(calm, settings)
  for (const topic of [settings.inputTopic, settings.topics.weights, settings.topics.decisions]) {
    await copyTopic(log, calm, topic)
  }
  await (await PipelineDriver.start(calm, settings, () => 0, false)).drain()
  return readOutputs(calm, settings)
}

/** The last record of each identity (topic, partition and `ce_id`), in any order. */
function lastOfEach(outputs: readonly string[]): string[] {
  const identity = (line: string) => {
    const id = /;ce_id=([^;]*);/.exec(line)?.[1]
    return id === undefined ? line : `${line.slice(0, line.indexOf(' '))} ${id}`
  }
  return [...new Map(outputs.map((line) => [identity(line), line])).values()].sort()
}

describe('at-least-once delivery', () => {
  it('loses nothing, and repeats the outputs of unacknowledged commits, once each and byte for byte', async () => {
    let repeated = 0
    for (let seed = 1; seed <= SEEDS; seed++) {
      const { log, unacknowledged } = await liveThroughFaults(seed, 0)
      const expected = await replay(log)
      const written = await readOutputs(log, settings)
      expect([...new Set(written)], `seed ${seed}`).toEqual(expected)
      expect(written.length - expected.length, `seed ${seed}`).toBe(unacknowledged)
      repeated += unacknowledged
    }
    // The faults must really have struck, or the run proves nothing.
    expect(repeated).toBeGreaterThan(20 * SEEDS)
  }, 300_000)

  it('has the last word when weights were swapped between the two: it is what a replay gives', async () => {
    let repeated = 0
    let changed = 0
    for (let seed = 1; seed <= SEEDS; seed++) {
      const { log, unacknowledged } = await liveThroughFaults(seed, 12)
      const expected = await replay(log)
      const written = await readOutputs(log, settings)
      expect(lastOfEach(written), `seed ${seed}`).toEqual([...expected].sort())
      expect(written.length - expected.length, `seed ${seed}`).toBe(unacknowledged)
      repeated += unacknowledged
      if (new Set(written).size > expected.length) changed++
    }
    expect(repeated).toBeGreaterThan(20 * SEEDS)
    expect(changed, 'runs in which a swap came between').toBeGreaterThan(0)
  }, 300_000)
})
