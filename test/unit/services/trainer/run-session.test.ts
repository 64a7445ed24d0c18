import { describe, expect, it } from 'vitest'
import { type PlannedSession, runSession } from '#services/trainer/run-session'
import type { TrainerMessage } from '#services/trainer/trainer-message'
import { systemClock } from '#shared/clock/system-clock'
import { pipelineUntrainedWeights } from '#shared/composition/pipeline-parts'
import type { Learner } from '#shared/learning/learner'
import { MemoryLog } from '#shared/log/memory/memory-log'
import { RunningContest } from '#shared/promotion/running-contest'
import type { RecurrentWeights } from '#shared/recurrent/recurrent-weights'
import { createPipelineTopics, smallSettings } from '../../../pipeline/pipeline-driver.js'

const settings = smallSettings({ partitions: 1 })
const untrained = pipelineUntrainedWeights(settings)
const due: PlannedSession = { trigger: 'drift', samples: 100, request: null, adopt: false }

/** Keys of what a session publishes that trains something better, while an operator imports version 1. */
async function published(session: PlannedSession): Promise<string[]> {
  const log = new MemoryLog()
  await createPipelineTopics(log, settings)
  const learner = {
    ...{ version: 1, streamTimeMs: 0, onTrial: false },
    train: async () => ({
      ...{
        weights: untrained,
        loss: 1,
        gradientNorm: 1,
        clippedShare: 0,
        steps: 10,
        ended: null,
        better: true,
      },
    }),
    challenge: ({ manifest }: RecurrentWeights, from: number[]) =>
      new RunningContest({ champion: 0, challenger: manifest.version }, settings.promotion, 1, from).save(),
  }
  const keys: string[] = []
  await runSession(learner as unknown as Learner, session, {
    ...{ log, pipeline: settings, clock: systemClock, signal: new AbortController().signal },
    tell: (_: TrainerMessage) => undefined,
    publish: async (...records) => {
      keys.push(...records.map(({ key }) => Buffer.from(key!).toString()))
    },
    keepUp: async () => {
      learner.version = 2
      learner.onTrial = true
    },
  })
  return keys
}

describe('a session that trained something better while an import was put on trial', () => {
  it('lets the import be', async () => {
    expect(await published(due)).toEqual(['training'])
  })

  it('takes its place, under the next number, when an operator asked for the session', async () => {
    expect(await published({ ...due, request: 'r1' })).toEqual(['version:2', 'contest', 'training'])
  })
})
