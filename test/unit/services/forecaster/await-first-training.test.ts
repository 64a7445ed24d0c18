import { describe, expect, it } from 'vitest'
import { awaitFirstTraining } from '#services/forecaster/await-first-training'
import type { PipelineSettings } from '#shared/configuration/pipeline-settings'
import { MemoryLog } from '#shared/log/memory/memory-log'
import type { NewRecord } from '#shared/log/port'
import { createPipelineTopics, smallSettings } from '../../../pipeline/pipeline-driver.js'

const settings = smallSettings({ learn: true })
const record: NewRecord = { partition: 0, key: null, value: Buffer.from('{}'), headers: [], timestamp: 0 }

/** How long it waits, on a clock that only sleeping moves. @param trainedAtMs when the trainer writes */
async function waitOf(changes: Partial<PipelineSettings>, records: number, trainedAtMs = 2000, before = '') {
  const pipeline = { ...settings, ...changes }
  const log = new MemoryLog()
  await createPipelineTopics(log, settings)
  if (records > 0) await log.append(settings.inputTopic, new Array<NewRecord>(records).fill(record))
  if (before) await log.append(before, [record])
  let nowMs = 0
  const clock = {
    now: () => nowMs,
    sleep: async (ms: number) => {
      nowMs += ms
      if (nowMs >= trainedAtMs) await log.append(settings.topics.weights, [record])
    },
  }
  const said: string[] = []
  const note = (message: string) => void said.push(message)
  const notes = { info: note, warn: note, error: note }
  await awaitFirstTraining({ log, pipeline, clock, notes, signal: new AbortController().signal })
  return { nowMs, said: said.length }
}

describe('awaitFirstTraining', () => {
  it('waits for the trainer where a new pipeline finds a history, and says so', async () => {
    expect(await waitOf({}, 1000)).toEqual({ nowMs: 2000, said: 1 })
  })

  it('goes on without after five minutes, with a warning', async () => {
    expect(await waitOf({}, 1000, Number.POSITIVE_INFINITY)).toEqual({ nowMs: 300_000, said: 2 })
  })

  it.each<[string, Partial<PipelineSettings>, number, string?]>([
    ['there is too little history', {}, 999],
    ['learning is off', { learn: false }, 1000],
    ['bootstrapping is off', { learnBootstrap: false }, 1000],
    ['a version is pinned', { pinnedVersion: 0 }, 1000],
    ['something was forecast before', {}, 1000, settings.topics.forecasts],
    ['weights were trained before', {}, 1000, settings.topics.weights],
  ])('waits for nothing where %s', async (_, changes, records, before) => {
    expect(await waitOf(changes, records, 2000, before)).toEqual({ nowMs: 0, said: 0 })
  })
})
