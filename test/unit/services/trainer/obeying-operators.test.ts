import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { train } from '#services/trainer/train-pipeline'
import type { TrainerMessage } from '#services/trainer/trainer-message'
import { systemClock } from '#shared/clock/system-clock'
import { assemblePipeline, pipelineUntrainedWeights } from '#shared/composition/pipeline-parts'
import { decisionRecord } from '#shared/contracts/decision'
import { type ContestMessage, contestMessage } from '#shared/contracts/promotion'
import { trainingRequestRecord } from '#shared/contracts/training-records'
import { decodeWeights } from '#shared/contracts/weights'
import { pinRecord, promotionByHandRecord, weightsRecord } from '#shared/contracts/weights-records'
import { MemoryLog } from '#shared/log/memory/memory-log'
import type { Log, NewRecord } from '#shared/log/port'
import { WeightsLibrary } from '#shared/pipeline/weights-library'
import type { RecurrentWeights } from '#shared/recurrent/recurrent-weights'
import { createPipelineTopics, smallSettings } from '../../../pipeline/pipeline-driver.js'

const settings = smallSettings({
  ...{ partitions: 1, season: 4, horizon: 3, hidden: 4, learn: true, learnBootstrap: false },
  // Nothing is due but what is asked for.
  ...{ learnEvery: { samples: 1e9 }, learnOnDrift: false },
})
const step = settings.cadenceMs
const hand = { by: 'ada@desk', reason: null }
const untrained = pipelineUntrainedWeights(settings)
const version = (number: number, imported?: RecurrentWeights['manifest']['imported']): RecurrentWeights => ({
  manifest: { ...untrained.manifest, version: number, samples: 1e9, trainedToMs: 0, imported },
  values: untrained.values,
})
const promoted = (number: number, champion: number) =>
  promotionByHandRecord({ version: number, cause: 'promote', champion }, hand, 0)

function reading(n: number): NewRecord {
  const value = (n % 2 === 0 ? 1 : -1) * (1 + 0.1 * Math.sin(n * n))
  const event = { series: 'a', time: Date.UTC(2020, 0, 1) + n * step, value }
  const timestamp = event.time
  return { partition: 0, key: null, value: Buffer.from(JSON.stringify(event)), headers: [], timestamp }
}

/** Scores of a champion and of a challenger that errs half as much, one at every cadence. */
function scores(from: number, count: number, champion: number, challenger: number): NewRecord[] {
  return Array.from({ length: count }, (_, i) => {
    const time = new Date(Date.UTC(2020, 0, 1) + (from + i) * step).toISOString()
    const score = {
      ...{
        schema: 'foretide.score/1',
        series: 'a',
        target: { time },
        leads: [1],
        weights: [champion],
        naive: [1],
      },
      ...{ experts: { recurrent: [1], shadow: [0.5] }, shadowWeights: [challenger] },
    }
    return { partition: 0, key: null, value: Buffer.from(JSON.stringify(score)), headers: [], timestamp: 0 }
  })
}

let log: Log
let stop: AbortController
let told: TrainerMessage[]
let training: Promise<void>
beforeEach(async () => {
  log = new MemoryLog()
  await createPipelineTopics(log, settings)
  stop = new AbortController()
  told = []
})
afterEach(async () => {
  stop.abort()
  await training
})

const append = (...records: NewRecord[]) => log.append(settings.topics.weights, records)
function start(pipeline = settings): void {
  const tell = (message: TrainerMessage) => void told.push(message)
  training = train({ log, pipeline, clock: systemClock, signal: stop.signal, tell })
}

/** Waits for a record of the weights topic. */
async function until<T>(read: (key: string, value: Uint8Array) => T | null): Promise<T> {
  for await (const { records } of log.read(settings.topics.weights, 0, 0)) {
    for (const { key, value } of records) {
      const found = value && read(Buffer.from(key!).toString(), value)
      if (found) return found
    }
  }
  throw new Error('the topic ended')
}
const contestOf = (champion: number, challenger: number) =>
  until<ContestMessage>((key, value) => {
    if (key !== 'contest') return null
    const contest = contestMessage.parse(JSON.parse(Buffer.from(value).toString()))
    return contest.champion === champion && contest.challenger === challenger ? contest : null
  })
const decisions = () =>
  told.flatMap((message) => (message.kind === 'decision' ? [message.told.decision] : []))

describe('the trainer, beside an operator', () => {
  it('begins the contest of the versions that an operator put in place, and counts what was decided', async () => {
    await append(weightsRecord(version(1)))
    start()
    await contestOf(0, 1)
    await append(promoted(1, 0))
    await contestOf(1, 0)
    await append(weightsRecord(version(2, { ...hand, file: 'net.safetensors', layout: 'pytorch' }), 'x'))
    await contestOf(1, 2)
    expect(decisions()).toEqual(['promote', 'import'])
  })

  it('lets no verdict take the place of a pinned version, and gives it once that is unpinned', async () => {
    await append(weightsRecord(version(1)), pinRecord(0, hand, 0))
    start()
    await contestOf(0, 1)
    // A block has four scores. By hand: sixty of a challenger that is much better are far more than the test wants.
    await log.append(settings.topics.scores, scores(0, 240, 0, 1))
    await until((key, value) => {
      if (key !== 'contest') return null
      const { contest } = contestMessage.parse(JSON.parse(Buffer.from(value).toString()))
      return contest.blocks > 4 ? true : null
    })
    // Whatever it would have decided stands before its answer to a request.
    await log.append(settings.inputTopic, [reading(0)])
    await append(request('r1'))
    const keys: string[] = []
    await until((key) => {
      keys.push(key)
      return key === 'training' ? true : null
    })
    expect(keys).not.toContain('promotion:1')
    await append(pinRecord(null, hand, 0))
    await until((key) => (key === 'promotion:1' ? true : null))
    await contestOf(1, 0)
    expect(decisions()).toEqual(['unpin', 'promote'])
  })

  it('forgets all but the newest versions, those in use, and those at which a partition stands', async () => {
    const { topics } = settings
    for (let number = 1; number <= 60; number++) await append(weightsRecord(version(number)))
    await append(promoted(2, 0), promoted(5, 2))
    const shadowed = { offset: 7, kind: 'challenge', version: 9, influence: 8 } as const
    await log.append(topics.decisions, [decisionRecord(0, shadowed)])
    start({ ...settings, weightsKept: 3 })
    const gone = new Set<string>()
    for await (const { records } of log.read(topics.weights, 0, 0)) {
      for (const { key, value } of records) if (value === null) gone.add(Buffer.from(key!).toString())
      if (gone.has('version:57')) break
    }
    // 5 serves, 2 served before and shadows, the partition stands at 9, and 58 to 60 are the newest.
    const kept = [2, 5, 9, 58, 59, 60]
    const all = Array.from({ length: 60 }, (_, i) => i + 1)
    expect(all.filter((number) => !gone.has(`version:${number}`))).toEqual(kept)
    const { line, wire } = assemblePipeline(settings)
    const library = new WeightsLibrary(line.engine, wire, untrained, {
      refused: (_, error) => {
        throw error
      },
    })
    await library.catchUp(log, topics.weights)
    expect(all.filter((number) => library.has(number))).toEqual(kept)
    expect(library.standing).toMatchObject({ serving: 5, shadow: 2 })
    expect(library.influences.map((influence) => influence.version)).toEqual([2, 5, 9, 58, 59, 60, 2, 5])
  })

  it('gives what it trained another number when an import has taken its own', async () => {
    await log.append(
      settings.inputTopic,
      Array.from({ length: 1500 }, (_, n) => reading(n)),
    )
    await append(request('r1'))
    start()
    await until((key) => (key === 'training-progress' ? true : null))
    await append(weightsRecord(version(1, { ...hand, file: 'net.safetensors', layout: 'pytorch' }), 'x'))
    const trained = await until((key, value) =>
      key.startsWith('version:') && !key.endsWith('x') ? decodeWeights(value).manifest : null,
    )
    expect(trained.version).toBe(2)
    await contestOf(0, 2)
  })
})

function request(id: string): NewRecord {
  const time = '2020-01-01T00:00:00.000Z'
  return trainingRequestRecord({
    schema: 'foretide.training-request/1',
    id,
    time,
    by: 'ada@desk',
    reason: null,
  })
}
