import { describe, expect, it } from 'vitest'
import { pipelineUntrainedWeights } from '#shared/composition/pipeline-parts'
import { pinRecord, promotionByHandRecord, weightsRecord } from '#shared/contracts/weights-records'
import { MemoryLog } from '#shared/log/memory/memory-log'
import type { NewRecord } from '#shared/log/port'
import { CELLS } from '#shared/recurrent/net-shape'
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

// Expected: what one uninterrupted run over the same records writes, byte for byte. No number is written down here.

const RECORDS = 240
const SEEDS = Number(process.env.FORETIDE_TEST_SEEDS ?? 1000)

class Crash extends Error {}

/** One run that is never interrupted, in batches as large as they come. */
async function uninterrupted(records: readonly NewRecord[], settings = smallSettings()): Promise<string[]> {
  const log = new MemoryLog()
  await createPipelineTopics(log, settings)
  await log.append(settings.inputTopic, records)
  const driver = await PipelineDriver.start(log, settings, () => 0)
  await driver.drain()
  return readOutputs(log, settings)
}

interface Lives {
  readonly log: MemoryLog
  readonly crashes: number
  readonly inCommit: number
}

/** The same records through several lives, each ended by a crash: before, in or after a commit; batch borders at random. */
async function interrupted(
  records: readonly NewRecord[],
  seed: number,
  settings = smallSettings(),
  between: (log: MemoryLog, random: SeededRandom) => Promise<void> = async () => undefined,
): Promise<Lives> {
  const random = new SeededRandom(seed)
  const chance = (share: number) => random.uniform(0, 1) < share
  let now = 0
  let crashing = true
  let inCommit = 0
  const log: MemoryLog = new MemoryLog({
    faults: {
      chooseBatchSize: () => 1 + Math.floor(random.uniform(0, 20)),
      beforeCommit: () => {
        if (!crashing || !chance(0.06)) return 'proceed'
        inCommit++
        return chance(0.5) ? 'fail-before' : 'fail-after'
      },
    },
  })
  await createPipelineTopics(log, settings)
  await log.append(settings.inputTopic, records)
  let crashes = 0
  for (;;) {
    try {
      const driver = await PipelineDriver.start(log, settings, () => now)
      crashing = crashes < 12
      for (let busy = true; busy; ) {
        await between(log, random)
        await driver.seeWeights()
        busy = false
        for (const { partition } of driver.runs) {
          busy = (await driver.step(partition)) || busy
          now += Math.floor(random.uniform(0, 4_000))
        }
        if (crashing && chance(0.05)) throw new Crash()
        if (chance(0.05)) await driver.flush()
      }
      return { log, crashes, inCommit }
    } catch (error) {
      if (!(error instanceof Crash) && !/A test made this write fail/.test(String(error))) throw error
      crashes++
      log.crash()
    }
  }
}

/** A net of another architecture for each version, with heads that say something, so that a swap shows in every forecast. */
function randomWeights(version: number): RecurrentWeights {
  const cell = CELLS[version % CELLS.length]!
  const net = { cell, layers: 1 + (version % 3), hidden: 3 + version }
  const { manifest, values } = pipelineUntrainedWeights({ ...smallSettings(), ...net, seed: 100 + version })
  const random = new SeededRandom(version)
  const { hiddenToOutputs, outputBias } = viewTensors(manifest, values)
  for (const part of [hiddenToOutputs, outputBias]) {
    for (let i = 0; i < part.length; i++) part[i] = random.uniform(-0.3, 0.3)
  }
  return { manifest: { ...manifest, version, trainedToMs: 0, samples: 1 }, values }
}

/** What the trainer or an operator does with a new version: let it shadow, promote it, pin it, import and pin it, go back to an older one. */
function decided(version: number, random: SeededRandom): NewRecord[] {
  const weights = randomWeights(version)
  const hand = { by: 'ada@desk', reason: null }
  const pinned = (pinnedVersion: number): NewRecord[] => [
    pinRecord(pinnedVersion, hand, 0),
    promotionByHandRecord({ version: pinnedVersion, cause: 'pin', champion: 0 }, hand, 0),
  ]
  switch (version % 4) {
    case 1:
      return [weightsRecord(weights)]
    case 2:
      return [pinRecord(null, hand, 0), weightsRecord(weights), promotionRecord(weights, 0)]
    case 3: {
      const imported = { ...hand, file: 'net.safetensors', layout: 'pytorch' } as const
      const brought = { manifest: { ...weights.manifest, imported }, values: weights.values }
      return [weightsRecord(brought, 'x'), ...pinned(version)]
    }
    default:
      return [weightsRecord(weights), ...pinned(Math.floor(random.uniform(0, version)))]
  }
}

describe('replay equals live', () => {
  it(`writes the same bytes after crashes at ${SEEDS} seeds of crash points and batch borders`, async () => {
    let crashes = 0
    let inCommit = 0
    for (let seed = 1; seed <= SEEDS; seed++) {
      const records = hostileRecords(seed % 20, RECORDS, 3)
      const expected = await memo(seed % 20, () => uninterrupted(records))
      const lives = await interrupted(records, seed)
      expectSame(await readOutputs(lives.log, smallSettings()), expected, `seed ${seed}`)
      crashes += lives.crashes
      inCommit += lives.inCommit
    }
    // The faults must really have struck, or the run proves nothing.
    expect(crashes).toBeGreaterThan(2 * SEEDS)
    expect(inCommit).toBeGreaterThan(SEEDS / 2)
  }, 600_000)

  it('writes the same bytes with readings held back for order', async () => {
    const settings = smallSettings({ graceMs: 20 * 3_600_000 })
    for (let seed = 1; seed <= 60; seed++) {
      const records = hostileRecords(seed, RECORDS, 3)
      const expected = await uninterrupted(records, settings)
      const { log } = await interrupted(records, seed, settings)
      expectSame(await readOutputs(log, settings), expected, `seed ${seed}`)
    }
  }, 120_000)

  it('replays from the recorded decisions what a run with promotions, pins, imports and crashes wrote', async () => {
    let swapped = 0
    let warmed = 0
    for (let seed = 1; seed <= 60; seed++) {
      const settings = smallSettings()
      const records = hostileRecords(seed, RECORDS, 3)
      let version = 0
      const { log } = await interrupted(records, seed, settings, async (live, random) => {
        if (version >= 8 || random.uniform(0, 1) > 0.4) return
        version++
        await live.append(settings.topics.weights, decided(version, random))
      })
      const live = await readOutputs(log, settings)
      const versions = new Set(live.map((line) => /"weights":\{"version":(\d+)\}/.exec(line)?.[1]))
      versions.delete(undefined)
      if (versions.size > 2) swapped++
      if (live.some((line) => /"phase":"warming","flags":\[.*"cold-weights"/.test(line))) warmed++

      const replay = new MemoryLog()
      await createPipelineTopics(replay, settings)
      await replay.append(settings.inputTopic, records)
      for (const topic of [settings.topics.weights, settings.topics.decisions])
        await copyTopic(log, replay, topic)
      const driver = await PipelineDriver.start(replay, settings, () => 0, false)
      await driver.drain()
      expectSame(await readOutputs(replay, settings), live, `seed ${seed}`)
    }
    expect(swapped, 'runs in which three versions or more served').toBeGreaterThan(20)
    expect(warmed, 'runs in which a version caught up with recent samples').toBeGreaterThan(20)
  }, 120_000)
})

/** Every record alike; shows the first that is not, instead of thousands. */
function expectSame(outputs: readonly string[], expected: readonly string[], what: string): void {
  const at = expected.findIndex((line, i) => line !== outputs[i])
  if (at >= 0) expect(outputs[at], `${what}, output ${at}`).toBe(expected[at])
  expect(outputs.length, `${what}, number of outputs`).toBe(expected.length)
}

const remembered = new Map<number, string[]>()
async function memo(key: number, make: () => Promise<string[]>): Promise<string[]> {
  const known = remembered.get(key) ?? (await make())
  remembered.set(key, known)
  return known
}
