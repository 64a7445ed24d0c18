import type { TrainingMessage } from '#shared/contracts/training-records'
import type { TrainingResult } from '#shared/learning/training-options'
import type { PlannedSession } from './run-session.js'
import type { TrainerMessage } from './trainer-message.js'

export interface SessionOutcome {
  readonly pipeline: string
  readonly session: PlannedSession
  readonly trained: TrainingResult
  /** What the weights topic says of it. */
  readonly came: TrainingMessage['result']
  readonly seconds: number
}

/** What came of a session, for metrics, status and notes. One that had nothing to learn from has not failed: it was none. */
export function tellOutcome(
  { pipeline, session: { trigger, adopt }, trained, came, seconds }: SessionOutcome,
  tell: (message: TrainerMessage) => void,
): void {
  if (came === 'none') {
    tell({ kind: 'note', message: 'not enough to learn from yet', fields: { pipeline, trigger } })
    return
  }
  const { weights, gradientNorm, clippedShare, better } = trained
  const { version, heldBack, trainedToMs } = weights.manifest
  const failed = came === 'failed'
  const result = failed ? 'failed' : better ? 'challenger' : 'rejected'
  // After a divergence the weights are the serving ones, and so are their figures.
  const gradientFlow = failed ? null : (weights.manifest.gradientFlow ?? null)
  const heldBackLoss = heldBack && Number.isFinite(heldBack.loss) ? heldBack.loss : null
  tell({
    kind: 'training',
    figures: { loss: heldBackLoss ?? Number.NaN, gradientNorm, clippedShare, gradientFlow, seconds, result },
    last: { atMs: trainedToMs ?? 0, result, loss: heldBackLoss },
  })
  const done = adopt ? 'trained the first weights on the history' : 'trained a challenger'
  tell({
    kind: 'note',
    message: better ? done : failed ? 'training came to nothing' : 'trained; no better on held-back data',
    fields: {
      ...{ pipeline, version, trigger },
      streamTime: timeOf(trainedToMs ?? 0),
      loss: fourDigits(heldBackLoss ?? Number.NaN),
      servingLoss: fourDigits(heldBack?.servingLoss ?? Number.NaN),
      seconds,
    },
  })
}

export function timeOf(ms: number): string {
  return new Date(Number.isFinite(ms) ? ms : 0).toISOString()
}

export function fourDigits(value: number): number {
  return Math.round(value * 10_000) / 10_000
}
