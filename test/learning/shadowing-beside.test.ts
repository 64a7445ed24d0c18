import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runReplay } from '#services/replayer/run-replay'
import { systemClock } from '#shared/clock/system-clock'
import { type EmbeddedLog, openEmbeddedLog } from '#shared/log/embedded/embedded-log'
import { textOf, topicRecords } from '../crash/topic-records.js'
import { smallSettings } from '../pipeline/pipeline-driver.js'
import { type Served, serveBeside } from './serve-beside.js'

// Expected: what a replay computes from the input and the decisions alone, byte for byte, where no trainer exists.

const kills = Number(process.env.FORETIDE_LEARNING_KILLS ?? 20)
const seed = Number(process.env.FORETIDE_LEARNING_SEED ?? 1)
const events = 300 * (kills + 2)
const settings = smallSettings({ learn: true, learnBootstrap: false })
const { topics, inputTopic, partitions } = settings

describe(`a forecaster that shadows beside a trainer that is killed ${kills} times`, () => {
  let folder: string
  let served: Served
  let log: EmbeddedLog

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'foretide-shadowing-'))
    served = await serveBeside({ dir: folder, settings, events, kills, seed, learn: true })
    log = await openEmbeddedLog(folder, { clock: systemClock })
  }, 15 * 60_000)

  afterAll(async () => {
    await log?.close()
    if (folder) await rm(folder, { recursive: true })
  })

  it('loses its trainer in the middle of sessions, or has one that computes with NaN, while a contest is open', () => {
    const lives = served.lives.slice(0, -1)
    expect(lives).toHaveLength(kills)
    expect(lives.filter(({ met }) => met === 'killed').length).toBeGreaterThanOrEqual(kills / 2)
    expect(lives.filter(({ poisoned }) => poisoned)).toHaveLength(Math.floor(kills / 3))
  })

  it('gives each reading one outcome, each stretch between one death and the next, without a warning', async () => {
    const positions = served.lives.map(({ position }) => position)
    for (let i = 1; i < positions.length; i++) expect(positions[i]! - positions[i - 1]!).toBe(300)
    expect(served.warnings).toEqual([])
    let read = 0
    for (let p = 0; p < partitions; p++) read += (await log.bounds(inputTopic, p)).end
    expect(read).toBe(events)
  })

  it('scores two versions side by side all the while, and swaps them', async () => {
    let both = 0
    const served = new Set<number>()
    for (let p = 0; p < partitions; p++)
      for await (const { value } of topicRecords(log, topics.scores, p)) {
        const score = JSON.parse(textOf(value))
        if (score.experts?.shadow?.some((error: number | null) => error !== null)) both++
        for (const version of score.weights ?? []) if (version !== null) served.add(version)
      }
    expect(both).toBeGreaterThan(events / 2)
    expect(served.size).toBeGreaterThan(1)
  })

  it('publishes what a replay of its decisions publishes', async () => {
    const { difference, checked, complete } = await runReplay({
      ...{ log, settings, publishTo: null, check: true, clock: systemClock },
      signal: new AbortController().signal,
    })
    expect(difference).toBeNull()
    expect(complete).toBe(true)
    expect(checked!.same).toBeGreaterThan(events)
  })
})
