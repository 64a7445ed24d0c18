import { describe, expect, it } from 'vitest'
import { Ending } from '#shared/clock/ending'
import {
  assemblePipeline,
  pipelineUntrainedWeights,
  snapshotPolicy,
} from '#shared/composition/pipeline-parts'
import { pinRecord, promotionByHandRecord, weightsRecord } from '#shared/contracts/weights-records'
import { EXPERT_NAMES } from '#shared/experts/expert-names'
import type { Forecast } from '#shared/forecast/forecast'
import { MemoryLog } from '#shared/log/memory/memory-log'
import type { NewRecord, Ownership } from '#shared/log/port'
import type { Decision } from '#shared/pipeline/decision'
import type { PartitionRun } from '#shared/pipeline/partition-run'
import { restorePartition } from '#shared/pipeline/restore-partition'
import { UNLIMITED_FLUSH } from '#shared/pipeline/state-pace'
import { WeightsLibrary } from '#shared/pipeline/weights-library'
import { CELLS } from '#shared/recurrent/net-shape'
import type { RecurrentWeights } from '#shared/recurrent/recurrent-weights'
import { SeededRandom } from '#shared/recurrent/seeded-random'
import { viewTensors } from '#shared/recurrent/tensors'
import { createPipelineTopics, smallSettings } from '../pipeline/pipeline-driver.js'

const SWAPS = 1000
const VERSIONS = 9
const SERIES = 12
// Without the autoregression, towards which a head is drawn: what a head says has to tell the version.
const experts = EXPERT_NAMES.filter((name) => name !== 'autoregression')
const settings = smallSettings({ horizon: 6, experts })
const { horizon, partitions, cadenceMs, topics, inputTopic } = settings

/** What the head of a version says of each lead, in units of the scale: the shape tells the version, whatever the scale. */
const saidBy = (version: number) => Array.from({ length: horizon }, (_, h) => (1 + h * version) / 40)

/** A net of another architecture for each version, whose head says `saidBy` whatever its hidden state. */
function constantWeights(version: number): RecurrentWeights {
  const cell = CELLS[version % CELLS.length]!
  const net = { cell, layers: 1 + (version % 3), hidden: 3 + version }
  const { manifest, values } = pipelineUntrainedWeights({ ...settings, ...net })
  viewTensors(manifest, values).outputBias.set(saidBy(version))
  return { manifest: { ...manifest, version, trainedToMs: 0, samples: 1 }, values }
}

function readings(cell: number): NewRecord[] {
  return Array.from({ length: SERIES }, (_, s) => {
    const time = Date.UTC(2026, 0, 5) + cell * cadenceMs
    const value = 10 * s + 3 * Math.sin(1.3 * cell + s) + Math.sin(0.37 * cell * cell)
    const body = JSON.stringify({ series: `s${s}`, time, value })
    const partition = s % partitions
    return { partition, key: Buffer.from(`s${s}`), value: Buffer.from(body), headers: [], timestamp: time }
  })
}

interface Running {
  readonly log: MemoryLog
  readonly library: WeightsLibrary
  readonly runs: readonly PartitionRun[]
  /** Index of the recurrent head among the experts. */
  readonly recurrent: number
}

/** The line at work on every partition, with what each expert said in its forecasts. */
async function running(random: SeededRandom): Promise<Running> {
  const chooseBatchSize = () => 1 + Math.floor(random.uniform(0, 12))
  const log = new MemoryLog({ faults: { chooseBatchSize } })
  await createPipelineTopics(log, settings)
  const { line, wire } = assemblePipeline(settings, { keepExperts: true })
  const library = new WeightsLibrary(line.engine, wire, pipelineUntrainedWeights(settings), {
    refused: (_, error) => {
      throw error
    },
  })
  const owned: Ownership[] = []
  log.ownerships(inputTopic, 'test').subscribe((ownership) => owned.push(ownership))
  while (owned.length < partitions) await new Promise((resolve) => setImmediate(resolve))
  const options = {
    ...{ line, wire, library, topics, clock: { now: () => 0, sleep: async () => undefined } },
    ...{
      batchMax: 500,
      flushAfterMs: 5_000,
      flushLimits: UNLIMITED_FLUSH,
      decides: true,
      publish: true,
    },
    snapshots: snapshotPolicy(settings),
  }
  const runs: PartitionRun[] = []
  for (const own of owned) runs.push((await restorePartition(log, own, inputTopic, options)).run)
  return { log, library, runs, recurrent: line.recurrent }
}

/** What stands in the topic for a swap: mostly the two that are warm exchange roles, now and then another is pinned. */
function swapTo(version: number, pinned: boolean): NewRecord[] {
  const hand = { by: 'ada@desk', reason: null }
  const cause = pinned ? 'pin' : 'promote'
  return [
    pinRecord(pinned ? version : null, hand, 0),
    promotionByHandRecord({ version, cause, champion: 0 }, hand, 0),
  ]
}

/** The version whose head said this, by the shape alone; null where it stands aside; NaN for a shape that no version has. */
function speakerOf({ experts, value }: Forecast, recurrent: number): number | null {
  const said = [...experts!.subarray(recurrent * horizon, (recurrent + 1) * horizon)].map((it) => it - value)
  if (said.every((change) => change === 0)) return null
  for (let version = 1; version <= VERSIONS; version++) {
    const shape = saidBy(version)
    const unit = said[0]! / shape[0]!
    if (said.every((change, h) => Math.abs(change / (unit * shape[h]!) - 1) < 1e-4)) return version
  }
  return Number.NaN
}

async function decisionsOf(log: MemoryLog, partition: number): Promise<Decision[]> {
  const decisions: Decision[] = []
  const { start, end } = await log.bounds(topics.decisions, partition)
  for await (const { records } of log.read(topics.decisions, partition, start, end)) {
    for (const { value } of records) decisions.push(JSON.parse(Buffer.from(value!).toString()))
  }
  return decisions
}

describe('swaps of weights under load', () => {
  it(`make not one forecast of mixed weights in ${SWAPS} swaps`, async () => {
    const random = new SeededRandom(5)
    const { log, library, runs, recurrent } = await running(random)
    for (let version = 1; version <= VERSIONS; version++)
      await log.append(topics.weights, [weightsRecord(constantWeights(version))])
    await log.append(topics.weights, swapTo(1, false))

    const forecasts: { readonly partition: number; readonly forecast: Forecast }[] = []
    let [serving, shadow] = [1, 0]
    let swaps = 0
    for (let cell = 0; swaps < SWAPS; cell++) {
      await log.append(inputTopic, readings(cell))
      // Some batches of each partition are behind: a swap finds every partition at another place.
      for (const run of runs) {
        const { end } = await log.bounds(inputTopic, run.partition)
        while (run.consumed < end && random.uniform(0, 1) < 0.9) {
          const report = await run.step(new Ending())
          for (const forecast of report!.outcome.forecasts)
            forecasts.push({ partition: run.partition, forecast })
          if (random.uniform(0, 1) < 0.2) await library.catchUp(log, topics.weights)
        }
      }
      if (cell < 60 || random.uniform(0, 1) > 0.4) continue
      const another = shadow === 0 || random.uniform(0, 1) < 0.1
      const next = another ? 1 + ((serving + Math.floor(random.uniform(1, VERSIONS - 1))) % VERSIONS) : shadow
      if (next === serving) continue
      await log.append(topics.weights, swapTo(next, another))
      ;[serving, shadow] = [next, serving]
      swaps++
    }

    const spoken = new Map<number | null, number>()
    const decisions = await Promise.all(runs.map(({ partition }) => decisionsOf(log, partition)))
    for (const { partition, forecast } of forecasts) {
      const obeyed = decisions[partition]!.filter(
        (it) => it.offset <= forecast.offset && 'version' in it && it.kind !== 'challenge',
      )
      const named = forecast.weightsVersion
      expect(named, 'the version that the decisions have serve').toBe(versionOf(obeyed.at(-1)))
      const speaker = speakerOf(forecast, recurrent)
      if (speaker !== named) {
        expect(speaker, 'a head that is not of the named version').toBeNull()
        expect(named === 0 || forecast.flags.includes('cold-weights'), 'stands aside for a reason').toBe(true)
      }
      spoken.set(speaker, (spoken.get(speaker) ?? 0) + 1)
    }
    for (const taken of decisions) {
      expect(taken.filter(({ kind }) => kind !== 'challenge').length).toBeGreaterThan(0.8 * SWAPS)
    }
    // Every version has spoken, and the heads were silent in a part of the forecasts only.
    for (let version = 1; version <= VERSIONS; version++) expect(spoken.get(version)).toBeGreaterThan(100)
    expect(spoken.get(null)!).toBeLessThan(forecasts.length / 2)
  })
})

const versionOf = (decision: Decision | undefined) =>
  decision !== undefined && 'version' in decision ? decision.version : 0
