import { describe, expect, it } from 'vitest'
import { assemblePipeline, pipelineUntrainedWeights } from '#shared/composition/pipeline-parts'
import type { PipelineSettings } from '#shared/configuration/pipeline-settings'
import type { Log, Offset } from '#shared/log/port'
import { OUTCOME_TOPICS, outcomeRecords } from '#shared/pipeline/outcome-records'
import { type PartitionHistory, readPartitionHistory, replayStart } from '#shared/pipeline/partition-history'
import { replayPartition } from '#shared/pipeline/partition-replay'
import { WeightsLibrary } from '#shared/pipeline/weights-library'
import { hostileRecords } from './hostile-records.js'
import { interrupted, swapWeights } from './interrupted-run.js'
import { describeRecord, readOutputs, smallSettings } from './pipeline-driver.js'

// Expected: what the live run wrote, byte for byte. No number is written down here.

const DAY = 86_400_000
/** States of a few kilobytes each: a snapshot takes several commits and several chunks. */
const PACE = { chunkBytes: 20_000, commitBytes: 50_000, bytesPerSecond: 1e9, restMs: 0 }

const live = (seed: number, changes: Partial<PipelineSettings> = {}) => {
  const settings = smallSettings({ snapshotEveryMs: 4 * DAY, snapshotsKept: 3, ...changes })
  const records = hostileRecords(seed, 400, 3)
  return { settings, run: interrupted(records, seed, settings, swapWeights(settings), PACE) }
}

/** Everything that a replay publishes, as `readOutputs` tells it: by topic. */
async function replay(log: Log, settings: PipelineSettings, history: PartitionHistory, from: Offset) {
  const { line, wire } = assemblePipeline(settings)
  const library = new WeightsLibrary(line.engine, wire, pipelineUntrainedWeights(settings), {
    refused: (_, error) => {
      throw error
    },
  })
  await library.catchUp(log, settings.topics.weights)
  const breathe = async () => undefined
  const around = { log, line, wire, library, inputTopic: settings.inputTopic, breathe }
  const lines = new Map<string, string[]>(OUTCOME_TOPICS.map((name) => [settings.topics[name], []]))
  const snapshotsTopic = settings.topics.snapshots
  const signal = new AbortController().signal
  const { end } = history.input
  for await (const { outcome } of replayPartition(
    { ...around, snapshotsTopic },
    history,
    from,
    end,
    signal,
  )) {
    const records = outcomeRecords(wire, history.partition, outcome)
    for (const name of OUTCOME_TOPICS) {
      const topic = settings.topics[name]
      for (const record of records[name]) lines.get(topic)!.push(describeRecord(topic, record))
    }
  }
  return lines
}

async function historyOf(log: Log, settings: PipelineSettings, partition: number) {
  const { topics, inputTopic: input } = settings
  return readPartitionHistory(log, { ...topics, input }, partition, assemblePipeline(settings))
}

describe('a replay from a snapshot', () => {
  for (const graceMs of [0, 20 * 3_600_000]) {
    it(`publishes what the live run published${graceMs > 0 ? ', with readings held back for order' : ''}`, async () => {
      let snapshots = 0
      let stretched = 0
      for (let seed = 1; seed <= 3; seed++) {
        const { settings, run } = live(seed, { graceMs })
        const { log } = await run
        const outputs = await readOutputs(log, settings)
        for (let partition = 0; partition < settings.partitions; partition++) {
          const history = await historyOf(log, settings, partition)
          for (const snapshot of history.snapshots) {
            snapshots++
            if (snapshot.until > snapshot.from + 8) stretched++
            const from = Math.min(snapshot.until + (seed % 3), history.input.end)
            expect(replayStart(history, from)?.snapshot, 'it starts there').toBe(
              history.snapshots.findLast(({ until }) => until <= from),
            )
            const warm = await replay(log, settings, history, from)
            const cold =
              snapshot === history.snapshots[0]
                ? await replay(log, settings, { ...history, snapshots: [] }, from)
                : warm
            for (const [topic, lines] of warm) {
              const name = `${topic}/${partition} `
              const all = outputs.filter((line) => line.startsWith(name))
              expect(lines.length, 'as many as from the beginning').toBe(cold.get(topic)!.length)
              expect(lines).toEqual(lines.length === 0 ? [] : all.slice(-lines.length))
            }
          }
        }
      }
      expect(snapshots).toBeGreaterThan(12)
      expect(stretched, 'snapshots that the partition moved on under').toBeGreaterThan(3)
    }, 120_000)
  }
})
