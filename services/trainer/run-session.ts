import type { Clock } from '#shared/clock/clock'
import type { PipelineSettings } from '#shared/configuration/pipeline-settings'
import { type TrainingMessage, trainingRecord } from '#shared/contracts/training-records'
import { contestRecord, verdictRecord, weightsRecord } from '#shared/contracts/weights-records'
import type { DueSession, Learner } from '#shared/learning/learner'
import type { TrainingResult } from '#shared/learning/training-options'
import { endsOf } from '#shared/log/ends-of'
import type { Log, NewRecord } from '#shared/log/port'
import type { TrainerMessage } from './trainer-message.js'

/** Appends records to the weights topic, all or none. */
export type Publish = (...records: NewRecord[]) => Promise<void>

export interface PlannedSession extends DueSession {
  /** Id of the request that it answers. */
  readonly request: string | null
  /** Nothing was forecast yet: what is better on held-back data serves at once. */
  readonly adopt: boolean
}

export interface SessionSurroundings {
  readonly log: Log
  readonly pipeline: PipelineSettings
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly tell: (message: TrainerMessage) => void
}

/** Train, publish what came of it, and tell. */
export async function runSession(
  learner: Learner,
  session: PlannedSession,
  { log, pipeline, clock, signal, tell }: SessionSurroundings,
  publish: Publish,
): Promise<void> {
  const startedMs = clock.now()
  const trained = await learner.train(session, signal, ({ step, steps }) =>
    tell({ kind: 'progress', step, steps }),
  )
  if (signal.aborted) return
  const { weights, loss, better } = trained
  const failed = !Number.isFinite(loss)
  const records: NewRecord[] = []
  if (better) {
    const from = await endsOf(log, pipeline.topics.scores)
    records.push(weightsRecord(weights))
    if (session.adopt) {
      const [decision, contest] = learner.adopt(weights, from)
      records.push(
        verdictRecord(decision, learner.streamTimeMs),
        contestRecord(contest, learner.streamTimeMs),
      )
    } else {
      records.push(contestRecord(learner.challenge(weights, from), learner.streamTimeMs))
    }
  }
  const result = failed ? 'failed' : !better ? 'rejected' : session.adopt ? 'promoted' : 'challenger'
  await publish(...records, outcomeRecord(learner, session, trained, result))
  tellOutcome(pipeline.name, session, trained, (clock.now() - startedMs) / 1000, tell)
}

/** That there is not enough to learn from, for a forecaster that waits for its first weights. */
export function nothingLearned(streamTimeMs: number): NewRecord {
  const nothing = { version: null, heldBack: null, request: null } as const
  return trainingRecord({
    ...{ schema: 'foretide.training/1', result: 'none', trigger: 'bootstrap', time: timeOf(streamTimeMs) },
    ...nothing,
  })
}

function outcomeRecord(
  learner: Learner,
  { trigger, request }: PlannedSession,
  { weights, better }: TrainingResult,
  result: TrainingMessage['result'],
): NewRecord {
  const { version, heldBack } = weights.manifest
  const usable = result !== 'failed' && heldBack && Object.values(heldBack).every(Number.isFinite)
  return trainingRecord({
    ...{ schema: 'foretide.training/1', result, trigger, request, time: timeOf(learner.streamTimeMs) },
    version: better ? version : null,
    heldBack: usable ? heldBack : null,
  })
}

function tellOutcome(
  pipeline: string,
  { trigger, adopt }: PlannedSession,
  { weights, loss, gradientNorm, clippedShare, better }: TrainingResult,
  seconds: number,
  tell: SessionSurroundings['tell'],
): void {
  const { version, heldBack, trainedToMs } = weights.manifest
  const failed = !Number.isFinite(loss)
  const result = failed ? 'failed' : better ? 'challenger' : 'rejected'
  // After a divergence the weights are the serving ones, and so are their figures.
  const gradientFlow = failed ? null : (weights.manifest.gradientFlow ?? null)
  const heldBackLoss = heldBack && Number.isFinite(heldBack.loss) ? heldBack.loss : null
  tell({
    kind: 'training',
    figures: { loss: heldBackLoss ?? Number.NaN, gradientNorm, clippedShare, gradientFlow, seconds, result },
    last: { atMs: trainedToMs ?? 0, result, loss: heldBackLoss },
  })
  const trained = adopt ? 'trained the first weights on the history' : 'trained a challenger'
  tell({
    kind: 'note',
    message: better ? trained : 'trained; no better on held-back data',
    fields: {
      ...{ pipeline, version, trigger },
      streamTime: timeOf(trainedToMs ?? 0),
      loss: fourDigits(heldBackLoss ?? Number.NaN),
      servingLoss: fourDigits(heldBack?.servingLoss ?? Number.NaN),
      seconds: fourDigits(seconds),
    },
  })
}

function timeOf(ms: number): string {
  return new Date(Number.isFinite(ms) ? ms : 0).toISOString()
}

export function fourDigits(value: number): number {
  return Math.round(value * 10_000) / 10_000
}
