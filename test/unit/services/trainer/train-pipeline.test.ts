import { describe, expect, it } from 'vitest'
import { train } from '#services/trainer/train-pipeline'
import type { TrainerMessage } from '#services/trainer/trainer-message'
import { systemClock } from '#shared/clock/system-clock'
import type { PipelineSettings } from '#shared/configuration/pipeline-settings'
import { exclusionRecord } from '#shared/contracts/control'
import {
  readTrainingRecord,
  type TrainingMessage,
  trainingRequestRecord,
} from '#shared/contracts/training-records'
import { MemoryLog } from '#shared/log/memory/memory-log'
import type { Log, NewRecord } from '#shared/log/port'
import { createPipelineTopics, smallSettings } from '../../../pipeline/pipeline-driver.js'

const settings = smallSettings({ partitions: 1, season: 4, horizon: 3, hidden: 4, learn: true })
const step = settings.cadenceMs

/** A noisy alternation: what comes next is the opposite of what is, which "no change" gets wrong. */
function history(samples: number, from = 0): NewRecord[] {
  return Array.from({ length: samples }, (_, i) => {
    const n = from + i
    const value = (n % 2 === 0 ? 1 : -1) * (1 + 0.1 * Math.sin(n * n))
    const event = { series: 'a', time: Date.UTC(2020, 0, 1) + n * step, value }
    const timestamp = event.time
    return { partition: 0, key: null, value: Buffer.from(JSON.stringify(event)), headers: [], timestamp }
  })
}

/** A trainer at work on a log, until `answers` of its outcomes stand in the weights topic. */
async function trainUntil(log: Log, pipeline: PipelineSettings, answers: number) {
  const stop = new AbortController()
  const told: TrainerMessage[] = []
  const tell = (message: TrainerMessage) => void told.push(message)
  const training = train({ log, pipeline, clock: systemClock, signal: stop.signal, tell })
  const outcomes: TrainingMessage[] = []
  const kinds: string[] = []
  for await (const { records } of log.read(pipeline.topics.weights, 0, 0)) {
    for (const { key, value } of records) {
      kinds.push(Buffer.from(key!).toString())
      const message = readTrainingRecord(value)
      if (message?.schema === 'foretide.training/1') outcomes.push(message)
    }
    if (outcomes.length >= answers) break
  }
  stop.abort()
  await training
  return { outcomes, kinds, told }
}

async function logOf(records: readonly NewRecord[]): Promise<Log> {
  const log = new MemoryLog()
  await createPipelineTopics(log, settings)
  await log.append(settings.inputTopic, records)
  return log
}

describe('train', () => {
  it('learns from the history of a new pipeline, and has what wins on held-back data serve at once', async () => {
    const { outcomes, kinds } = await trainUntil(await logOf(history(1500)), settings, 1)
    expect(kinds).toEqual(['version:1', 'promotion:1', 'contest', 'training'])
    expect(outcomes[0]).toMatchObject({ result: 'promoted', trigger: 'bootstrap', version: 1, request: null })
    const { loss, naiveLoss } = outcomes[0]!.heldBack!
    expect(loss).toBeLessThan(naiveLoss)
  })

  it('learns nothing from a span that an operator has marked, and does not call that a failure', async () => {
    const log = await logOf(history(1500))
    await log.append(settings.topics.forecasts, history(1))
    await log.append(settings.topics.control, [
      exclusionRecord({
        ...{ schema: 'foretide.exclusion/1', id: 'all', series: null, by: 'ada@desk', reason: null },
        ...{ from: '2019-01-01T00:00:00Z', to: '2040-01-01T00:00:00Z', time: '2020-06-01T00:00:00Z' },
      }),
    ])
    const { outcomes, told } = await trainUntil(log, settings, 1)
    expect(outcomes[0]).toMatchObject({ result: 'none', trigger: 'schedule', version: null })
    expect(told.filter(({ kind }) => kind === 'training')).toEqual([])
    const notes = told.map((it) => (it.kind === 'note' ? it.message : ''))
    expect(notes).toContain('not enough to learn from yet')
  })

  it('says that the weights topic is its own first of all, and never where another trainer has it', async () => {
    const log = await logOf(history(50))
    const { told } = await trainUntil(log, settings, 1)
    expect(told[0]).toEqual({ kind: 'owning' })
    const other = log
      .ownerships(settings.topics.weights, `foretide-${settings.name}-trainer`)
      .subscribe(() => undefined)
    const heard: TrainerMessage[] = []
    const tell = (message: TrainerMessage) => void heard.push(message)
    const { signal } = new AbortController()
    await expect(train({ log, pipeline: settings, clock: systemClock, signal, tell })).rejects.toThrow(
      'already has an owner',
    )
    expect(heard).toEqual([])
    other.unsubscribe()
  })

  it('says that there is nothing to learn from yet', async () => {
    const { outcomes } = await trainUntil(await logOf(history(50)), settings, 1)
    expect(outcomes[0]).toMatchObject({ result: 'none', trigger: 'bootstrap', version: null })
  })

  it.each([
    ['bootstrapping is off', { learnBootstrap: false }, false],
    ['something was forecast before', {}, true],
  ])('makes the first weights a challenger where %s', async (_, changes, forecast) => {
    const log = await logOf(history(1500))
    if (forecast) await log.append(settings.topics.forecasts, history(1))
    const { outcomes, kinds } = await trainUntil(log, { ...settings, ...changes }, 1)
    expect(kinds).toEqual(['version:1', 'contest', 'training'])
    expect(outcomes[0]).toMatchObject({ result: 'challenger', trigger: 'schedule' })
  })

  it('answers a request that was made while no trainer ran, once', async () => {
    const log = await logOf(history(300))
    const time = '2020-01-01T00:00:00.000Z'
    const request = {
      schema: 'foretide.training-request/1',
      id: 'r1',
      time,
      by: 'ada@desk',
      reason: null,
    } as const
    await log.append(settings.topics.weights, [trainingRequestRecord(request)])
    await log.append(settings.topics.forecasts, history(1))
    const { outcomes, kinds } = await trainUntil(log, settings, 1)
    expect(outcomes[0]).toMatchObject({ trigger: 'request', request: 'r1' })
    expect(kinds).toContain('training-progress')
    await log.append(settings.topics.weights, [trainingRequestRecord({ ...request, id: 'r2' })])
    const second = await trainUntil(log, settings, 2)
    expect(second.outcomes.map(({ request }) => request)).toEqual(['r1', 'r2'])
  })
})
