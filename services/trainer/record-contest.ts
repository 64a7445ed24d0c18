import { contestRecord, verdictRecord } from '#shared/contracts/weights-records'
import type { Learner } from '#shared/learning/learner'
import type { NewRecord } from '#shared/log/port'
import type { Publish } from './run-session.js'
import { fourDigits } from './tell-outcome.js'
import type { TrainerMessage } from './trainer-message.js'

/** Save the contest as it stands, or its verdict. */
export async function recordContest(
  learner: Learner,
  pipeline: string,
  publish: Publish,
  tell: (message: TrainerMessage) => void,
): Promise<void> {
  const decision = learner.decide()
  const records: NewRecord[] = decision ? [verdictRecord(decision, learner.streamTimeMs)] : []
  if (learner.contest) records.push(contestRecord(learner.contest.save(), learner.streamTimeMs))
  if (records.length > 0) await publish(...records)
  if (!decision) return
  const { kind, weights, champion, evidence } = decision
  tell({
    kind: 'note',
    message: kind === 'promote' ? 'challenger promoted' : 'challenger rejected',
    fields: {
      pipeline,
      version: weights.manifest.version,
      champion,
      blocks: evidence.blocks,
      difference: fourDigits(evidence.difference),
      evidence: fourDigits(kind === 'promote' ? evidence.better : evidence.worse),
    },
  })
}
