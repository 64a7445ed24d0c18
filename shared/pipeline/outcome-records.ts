import type { NewRecord } from '#shared/log/port'
import type { BatchOutcome } from './batch-outcome.js'
import type { Wire } from './wire.js'

/** The topics that outcomes are published to. */
export const OUTCOME_TOPICS = ['forecasts', 'scores', 'lifecycle', 'deadLetters'] as const
export type OutcomeTopic = (typeof OUTCOME_TOPICS)[number]

/** What a batch led to, as records for their topics. */
export function outcomeRecords(
  wire: Wire,
  partition: number,
  outcome: BatchOutcome,
): Readonly<Record<OutcomeTopic, readonly NewRecord[]>> {
  return {
    forecasts: outcome.forecasts.map((it) => wire.forecast(partition, it)),
    scores: outcome.scores.map((it) => wire.score(partition, it)),
    lifecycle: outcome.lifecycle.map((it) => wire.lifecycle(partition, it)),
    deadLetters: outcome.deadLetters.map((it) => wire.deadLetter(partition, it)),
  }
}
