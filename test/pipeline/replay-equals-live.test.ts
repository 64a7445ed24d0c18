import { describe, expect, it } from 'vitest'
import { runReplay } from '#services/replayer/run-replay'
import { systemClock } from '#shared/clock/system-clock'
import { MemoryLog } from '#shared/log/memory/memory-log'
import type { NewRecord } from '#shared/log/port'
import { hostileRecords } from './hostile-records.js'
import { interrupted, swapAndForgetWeights, swapWeights } from './interrupted-run.js'
import {
  copyTopic,
  createPipelineTopics,
  PipelineDriver,
  readOutputs,
  smallSettings,
} from './pipeline-driver.js'

// Expected: what one uninterrupted run over the same records writes, byte for byte. No number is written down here.

const RECORDS = 240
const SEEDS = Number(process.env.FORETIDE_TEST_SEEDS ?? 1000)

/** One run that is never interrupted, in batches as large as they come. */
async function uninterrupted(records: readonly NewRecord[], settings = smallSettings()): Promise<string[]> {
  const log = new MemoryLog()
  await createPipelineTopics(log, settings)
  await log.append(settings.inputTopic, records)
  const driver = await PipelineDriver.start(log, settings, () => 0)
  await driver.drain()
  return readOutputs(log, settings)
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

  it('writes the same bytes with readings, and what they carry beside, held back for order', async () => {
    const settings = smallSettings({ graceMs: 20 * 3_600_000, covariates: ['load'] })
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
      const { log } = await interrupted(records, seed, settings, swapWeights(settings))
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

  it('writes the same bytes where versions are forgotten on the way, as a replay does that has them all', async () => {
    let forgot = 0
    for (let seed = 1; seed <= 40; seed++) {
      const settings = smallSettings()
      const records = hostileRecords(seed, RECORDS, 3)
      const { between, forgotten } = swapAndForgetWeights(3, settings)
      const { log } = await interrupted(records, seed, settings, between)
      if (forgotten.size > 1) forgot++
      if (forgotten.size > 1 && forgot === 1) {
        const replayed = runReplay({
          ...{ log, settings, publishTo: null, check: true },
          ...{ clock: systemClock, signal: new AbortController().signal },
        })
        await expect(replayed).rejects.toThrow(
          /weights no longer holds version \d, which was in use at offset \d+/,
        )
      }
      const { weights, decisions } = settings.topics
      const replay = new MemoryLog()
      await createPipelineTopics(replay, settings)
      await replay.append(settings.inputTopic, records)
      await copyTopic(log, replay, decisions)
      // What a log with a larger weights.keep would hold.
      await copyTopic(
        log,
        replay,
        weights,
        ({ key, value }) => value !== null && Buffer.from(key!).toString() !== 'forgotten',
      )
      const driver = await PipelineDriver.start(replay, settings, () => 0, false)
      await driver.drain()
      expectSame(await readOutputs(replay, settings), await readOutputs(log, settings), `seed ${seed}`)
    }
    expect(forgot, 'runs in which several versions were forgotten').toBeGreaterThan(20)
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
