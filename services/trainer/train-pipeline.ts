import type { Clock } from '#shared/clock/clock'
import { createGradientEngine } from '#shared/composition/create-gradient-engine'
import { createLearner } from '#shared/composition/create-learner'
import { assembleWire, pipelineUntrainedWeights } from '#shared/composition/pipeline-parts'
import type { PipelineSettings } from '#shared/configuration/pipeline-settings'
import { readSlotScore } from '#shared/contracts/slot-score'
import { contestRecord, verdictRecord } from '#shared/contracts/weights-records'
import type { Learner } from '#shared/learning/learner'
import { endsOf } from '#shared/log/ends-of'
import type { Log, NewRecord } from '#shared/log/port'
import { isUntouched } from './is-untouched.js'
import { ownWeights } from './own-weights.js'
import { fourDigits, nothingLearned, type Publish, runSession } from './run-session.js'
import { TopicReading } from './topic-reading.js'
import type { TrainerMessage } from './trainer-message.js'
import { TrainingRequests } from './training-requests.js'
import { readWeightsHistory } from './weights-history.js'

export interface TrainingTask {
  readonly log: Log
  readonly pipeline: PipelineSettings
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly tell: (message: TrainerMessage) => void
}

/** How long the trainer rests when nothing is due. */
const IDLE_MS = 250

/**
 * Learn from a pipeline's input until told to stop: read it through the sequencing that the forecaster uses, train when
 * enough has come, publish what wins on held-back data, and promote it when its hidden states are warm.
 *
 * It owns the weights topic, so that a pipeline has one trainer at a time, and a second one's writes are refused.
 */
export async function train({ log, pipeline, clock, signal, tell }: TrainingTask): Promise<void> {
  const { name, topics, inputTopic } = pipeline
  const ownership = await ownWeights(log, topics.weights, `foretide-${name}-trainer`, signal)
  if (ownership === null) return
  const untrained = pipelineUntrainedWeights(pipeline)
  const history = await readWeightsHistory(log, topics.weights, assembleWire(pipeline), untrained)
  const loadEngine = async () => {
    const engine = await createGradientEngine(pipeline.learnEngine)
    const fields = { pipeline: name, engine: engine.name, backend: engine.backend }
    tell({ kind: 'note', message: 'training engine', fields })
    return engine
  }
  let engine: ReturnType<typeof loadEngine> | undefined
  const learner = createLearner(pipeline, history.serving, () => {
    engine ??= loadEngine()
    return engine
  })
  learner.resume(history)
  const newest = [history.serving, ...(history.shadow ? [history.shadow] : [])]
    .map(({ manifest }) => manifest)
    .reduce((a, b) => (b.version > a.version ? b : a))
  if (newest.version > 0) {
    const { trainedToMs, heldBack } = newest
    const last = { atMs: trainedToMs ?? 0, result: 'challenger', loss: heldBack?.loss ?? null } as const
    tell({ kind: 'resumed', last })
  }

  const publish = async (...records: NewRecord[]) => {
    const { end } = await log.bounds(topics.weights, 0)
    await ownership.commit([{ topic: topics.weights, records }], end)
  }
  let contestMoved = false
  const samples = new TopicReading(log, inputTopic, signal, (partition, records) =>
    learner.take(partition, records),
  )
  const scores = new TopicReading(log, topics.scores, signal, (partition, records) => {
    for (const { offset, value } of records) {
      const score = readSlotScore(value)
      if (score && learner.takeScore(partition, offset, score)) contestMoved = true
    }
  })
  const requests = new TrainingRequests()
  const asked = new TopicReading(log, topics.weights, signal, (_, records) => requests.read(records))
  await samples.start()
  // Without a contest nothing of the past is wanted: one that begins later looks from then on.
  await scores.start(learner.contest?.from ?? (await endsOf(log, topics.scores)))
  await asked.start()
  const hasHistory = (await endsOf(log, inputTopic)).some((end) => end > 0)
  let first = pipeline.learnBootstrap && history.lastVersion === 0
  while (!signal.aborted) {
    for (const reading of [samples, scores, asked]) reading.check()
    if (contestMoved) {
      contestMoved = false
      await recordContest(learner, pipeline.name, publish, tell)
    }
    if (requests.pending) learner.request()
    const caughtUp = samples.caughtUp && asked.caughtUp
    const due = caughtUp ? learner.due() : null
    const bootstrap = caughtUp && first && (await isUntouched(log, topics))
    if (caughtUp) first = false
    if (due) {
      const trigger = bootstrap && !requests.pending ? 'bootstrap' : due.trigger
      const request = requests.take()
      const session = { ...due, trigger, request, adopt: bootstrap }
      await runSession(learner, session, { log, pipeline, clock, signal, tell }, publish)
    } else {
      // A forecaster may be waiting to hear that there is nothing to wait for.
      if (bootstrap && hasHistory) await publish(nothingLearned(learner.streamTimeMs))
      await clock.sleep(IDLE_MS, signal)
    }
  }
  await Promise.all([samples.ended, scores.ended, asked.ended])
  await ownership.release()
}

/** Save the contest as it stands, or its verdict. */
async function recordContest(
  learner: Learner,
  pipeline: string,
  publish: Publish,
  tell: TrainingTask['tell'],
): Promise<void> {
  const decision = learner.decide()
  const records: NewRecord[] = decision ? [verdictRecord(decision, learner.streamTimeMs)] : []
  if (learner.contest) records.push(contestRecord(learner.contest.save(), learner.streamTimeMs))
  await publish(...records)
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
