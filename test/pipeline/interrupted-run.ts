import { WeightsHistory } from '#services/trainer/weights-history'
import { assembleWire, pipelineUntrainedWeights } from '#shared/composition/pipeline-parts'
import {
  forgottenRecord,
  pinRecord,
  pinRecords,
  weightsRecord,
  weightsTombstone,
} from '#shared/contracts/weights-records'
import { MemoryLog } from '#shared/log/memory/memory-log'
import type { NewRecord } from '#shared/log/port'
import type { SnapshotPace } from '#shared/pipeline/snapshot'
import { StandingVersions } from '#shared/pipeline/standing-versions'
import { CELLS } from '#shared/recurrent/net-shape'
import type { RecurrentWeights } from '#shared/recurrent/recurrent-weights'
import { SeededRandom } from '#shared/recurrent/seeded-random'
import { viewTensors } from '#shared/recurrent/tensors'
import { createPipelineTopics, PipelineDriver, promotionRecord, smallSettings } from './pipeline-driver.js'

class Crash extends Error {}

export interface Lives {
  readonly log: MemoryLog
  readonly crashes: number
  readonly inCommit: number
}

/** The same records through several lives, each ended by a crash: before, in or after a commit; batch borders at random. */
export async function interrupted(
  records: readonly NewRecord[],
  seed: number,
  settings = smallSettings(),
  between: (log: MemoryLog, random: SeededRandom) => Promise<void> = async () => undefined,
  pace?: SnapshotPace,
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
      const driver = await PipelineDriver.start(log, settings, () => now, true, undefined, pace)
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

/** For `interrupted`: as `swapWeights`, and the trainer forgets all but the newest versions, with tombstones. */
export function swapAndForgetWeights(keep: number, settings = smallSettings()) {
  const swap = swapWeights(settings)
  const { weights } = settings.topics
  let history: WeightsHistory | undefined
  let standing: StandingVersions | undefined
  const forgotten = new Set<number>()
  const between = async (log: MemoryLog, random: SeededRandom) => {
    await swap(log, random)
    history ??= new WeightsHistory(log, weights, assembleWire(settings), pipelineUntrainedWeights(settings))
    await history.catchUp()
    standing ??= new StandingVersions(log, settings.topics.decisions, assembleWire(settings))
    await standing.catchUp()
    const old = history.olderThan(keep).filter((version) => !standing!.has(version))
    if (old.length === 0) return
    for (const version of old) forgotten.add(version)
    await log.append(weights, [forgottenRecord(old, 0)])
    await history.catchUp()
    await log.append(weights, history.forgottenKeys.map(weightsTombstone))
  }
  return { between, forgotten }
}

/** A net of another architecture for each version, with heads that say something, so that a swap shows in every forecast. */
export function randomWeights(version: number, settings = smallSettings()): RecurrentWeights {
  const cell = CELLS[version % CELLS.length]!
  const net = { cell, layers: 1 + (version % 3), hidden: 3 + version }
  const { manifest, values } = pipelineUntrainedWeights({ ...settings, ...net, seed: 100 + version })
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
  const pinned = (pinnedVersion: number) => pinRecords({ version: pinnedVersion, champion: 0 }, hand, 0)
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

/** For `interrupted`: a new version now and then, up to eight, and something decided on it. */
export function swapWeights(settings = smallSettings()) {
  let version = 0
  return async (log: MemoryLog, random: SeededRandom) => {
    if (version >= 8 || random.uniform(0, 1) > 0.4) return
    version++
    await log.append(settings.topics.weights, decided(version, random))
  }
}
