import type { Clock } from '#shared/clock/clock'
import type { PipelineSettings } from '#shared/configuration/pipeline-settings'
import { type TrainingMessage, trainingRecord } from '#shared/contracts/training-records'
import { contestRecord, verdictRecord, weightsRecord } from '#shared/contracts/weights-records'
import type { DueSession, Learner } from '#shared/learning/learner'
import type { TrainingResult } from '#shared/learning/training-options'
import { endsOf } from '#shared/log/ends-of'
import type { Log, NewRecord } from '#shared/log/port'
import type { RecurrentWeights } from '#shared/recurrent/recurrent-weights'
import { RequestProgress } from './request-progress.js'
import { fourDigits, tellOutcome, timeOf } from './tell-outcome.js'
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
  readonly publish: Publish
  /** Take over what the weights topic says by now: operators may have decided while the session ran. */
  readonly keepUp: () => Promise<void>
}

/** Train, publish what came of it, and tell. */
export async function runSession(
  learner: Learner,
  session: PlannedSession,
  { log, pipeline, clock, signal, tell, publish, keepUp }: SessionSurroundings,
): Promise<void> {
  const startedMs = clock.now()
  const progress = new RequestProgress(session.request, timeOf(learner.streamTimeMs), clock, publish)
  const trained = await learner.train(session, signal, ({ step, steps }) => {
    tell({ kind: 'progress', step, steps })
    progress.note(step, steps)
  })
  await progress.end()
  if (signal.aborted) return
  await keepUp()
  // Somebody's import may be on trial by now; only a request puts another in its place.
  const better = trained.better && (session.request !== null || !learner.onTrial)
  const weights = better ? numbered(trained.weights, learner.version) : trained.weights
  const records: NewRecord[] = []
  if (better) {
    const from = await endsOf(log, pipeline.topics.scores)
    records.push(weightsRecord(weights))
    if (session.adopt) {
      const [decision, contest] = learner.adopt(weights, from)
      records.push(
        verdictRecord(decision, learner.streamTimeMs, 'bootstrap'),
        contestRecord(contest, learner.streamTimeMs),
      )
    } else {
      records.push(contestRecord(learner.challenge(weights, from), learner.streamTimeMs))
    }
  }
  const result = resultOf(trained, better, session)
  await publish(...records, outcomeRecord(learner, session, weights, result))
  const seconds = fourDigits((clock.now() - startedMs) / 1000)
  const told = { ...trained, weights, better }
  tellOutcome({ pipeline: pipeline.name, session, trained: told, came: result, seconds }, tell)
}

/** That there is not enough to learn from, for a forecaster that waits for its first weights. */
export function nothingLearned(streamTimeMs: number): NewRecord {
  const nothing = { version: null, heldBack: null, request: null } as const
  return trainingRecord({
    ...{ schema: 'foretide.training/1', result: 'none', trigger: 'bootstrap', time: timeOf(streamTimeMs) },
    ...nothing,
  })
}

/** An import may have taken the number that the session began with. */
function numbered({ manifest, values }: RecurrentWeights, version: number): RecurrentWeights {
  return { manifest: { ...manifest, version }, values }
}

function resultOf(
  { loss, steps, ended }: TrainingResult,
  better: boolean,
  { adopt }: PlannedSession,
): TrainingMessage['result'] {
  if (steps === 0 && ended !== 'diverged') return 'none'
  if (!Number.isFinite(loss)) return 'failed'
  if (!better) return 'rejected'
  return adopt ? 'promoted' : 'challenger'
}

function outcomeRecord(
  learner: Learner,
  { trigger, request, samples }: PlannedSession,
  { manifest: { version, heldBack } }: RecurrentWeights,
  result: TrainingMessage['result'],
): NewRecord {
  const judged = result !== 'failed' && result !== 'none' ? heldBack : null
  const usable = judged && Object.values(judged).every(Number.isFinite)
  return trainingRecord({
    ...{ schema: 'foretide.training/1', result, trigger, request, time: timeOf(learner.streamTimeMs) },
    version: result === 'promoted' || result === 'challenger' ? version : null,
    heldBack: usable ? judged : null,
    samples,
  })
}
