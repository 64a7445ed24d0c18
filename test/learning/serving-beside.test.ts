import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '#shared/clock/system-clock'
import { readTrainingRecord } from '#shared/contracts/training-records'
import { type EmbeddedLog, openEmbeddedLog } from '#shared/log/embedded/embedded-log'
import { compareTopics } from '../crash/compare-topics.js'
import { textOf, topicRecords } from '../crash/topic-records.js'
import { smallSettings } from '../pipeline/pipeline-driver.js'
import { type Served, serveBeside } from './serve-beside.js'

// Expected: what the same forecaster writes with no trainer beside it, byte for byte. The configuration pins the weights, so that no
// version serves but the first; the one that is learned at the end shadows, which shows in what scores say of the shadow and nowhere
// else. With versions that serve, see shadowing-beside.test.ts.
const withoutShadow = (score: string) =>
  score.replace(/,"shadow":\[[^\]]*\]/, '').replace(/,"shadowWeights":\[[^\]]*\]/, '')

const kills = Number(process.env.FORETIDE_LEARNING_KILLS ?? 20)
const seed = Number(process.env.FORETIDE_LEARNING_SEED ?? 1)
const events = 300 * (kills + 2)
const settings = smallSettings({ learn: true, learnBootstrap: false, pinnedVersion: 0 })
const { topics, partitions } = settings

describe(`a trainer whose thread is killed ${kills} times, and computes with NaN in every third life`, () => {
  let folder: string
  let beside: Served
  let alone: Served
  const logs: EmbeddedLog[] = []

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'foretide-killed-'))
    const dirs = [join(folder, 'beside'), join(folder, 'alone')]
    beside = await serveBeside({ dir: dirs[0]!, settings, events, kills, seed })
    alone = await serveBeside({ dir: dirs[1]!, settings, events, kills: 0, seed })
    for (const dir of dirs) logs.push(await openEmbeddedLog(dir, { clock: systemClock }))
  }, 15 * 60_000)

  afterAll(async () => {
    for (const log of logs) await log.close()
    if (folder) await rm(folder, { recursive: true })
  })

  it('is struck in the middle of its sessions, fails in the poisoned ones, and learns after the last', () => {
    const lives = beside.lives.slice(0, -1)
    expect(lives).toHaveLength(kills)
    const struck = lives.filter(({ poisoned }) => !poisoned)
    expect(struck.map(({ met }) => met)).toEqual(struck.map(() => 'killed'))
    expect(struck.every(({ step }) => step > 0)).toBe(true)
    expect(new Set(struck.map(({ step }) => step)).size).toBeGreaterThan(struck.length / 2)
    const poisoned = lives.filter((life) => life.poisoned)
    expect(poisoned.map(({ met }) => met)).toEqual(new Array(Math.floor(kills / 3)).fill('failed'))
    expect(beside.lives.at(-1)).toMatchObject({ met: 'challenger', poisoned: false })
  })

  it('publishes nothing that is not finite, and nothing of a session that was struck', async () => {
    const results: string[] = []
    const versions: string[] = []
    for await (const { key, value } of topicRecords(logs[0]!, topics.weights, 0)) {
      const message = readTrainingRecord(value)
      if (message?.schema === 'foretide.training/1') results.push(message.result)
      if (textOf(key).startsWith('version:')) versions.push(textOf(key))
    }
    expect(versions).toEqual(['version:1'])
    expect(results.at(-1)).toBe('challenger')
    expect(results.slice(0, -1).every((result) => result === 'failed')).toBe(true)
  })

  it('does not keep serving from any reading: each stretch is forecast between one death and the next', () => {
    const positions = beside.lives.map(({ position }) => position)
    for (let i = 1; i < positions.length; i++) expect(positions[i]! - positions[i - 1]!).toBe(300)
    expect([beside.warnings, alone.warnings]).toEqual([[], []])
  })

  it.each(['forecasts', 'scores', 'deadLetters', 'lifecycle'] as const)(
    'changes no byte of the %s',
    async (topic) => {
      const { records, difference } = await compareTopics(logs[0]!, logs[1]!, {
        topic: topics[topic],
        partitions,
        ...(topic === 'scores' ? { part: withoutShadow } : {}),
      })
      expect(difference).toBeNull()
      expect(records).toBeGreaterThan(topic === 'forecasts' ? 0.9 * events : 0)
    },
  )
})
