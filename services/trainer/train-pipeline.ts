import type { Clock } from '#shared/clock/clock'
import { createGradientEngine } from '#shared/composition/create-gradient-engine'
import { createLearner } from '#shared/composition/create-learner'
import { assembleWire, pipelineUntrainedWeights } from '#shared/composition/pipeline-parts'
import type { PipelineSettings } from '#shared/configuration/pipeline-settings'
import { readSlotScore } from '#shared/contracts/slot-score'
import { contestRecord, forgottenRecord, weightsTombstone } from '#shared/contracts/weights-records'
import type { LearnerHistory } from '#shared/learning/learner'
import { sampleBytes } from '#shared/learning/sample-stretch'
import { endsOf } from '#shared/log/ends-of'
import type { Log, NewRecord } from '#shared/log/port'
import { ControlRequests } from '#shared/pipeline/control-requests'
import { lineFeatures } from '#shared/pipeline/line-features'
import { StandingVersions } from '#shared/pipeline/standing-versions'
import { isUntouched } from './is-untouched.js'
import { ownWeights } from './own-weights.js'
import { readingRange } from './reading-range.js'
import { recordContest } from './record-contest.js'
import { nothingLearned, runSession } from './run-session.js'
import { TopicReading } from './topic-reading.js'
import type { TrainerMessage } from './trainer-message.js'
import { WeightsHistory } from './weights-history.js'

export interface TrainingTask {
  readonly log: Log
  readonly pipeline: PipelineSettings
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly tell: (message: TrainerMessage) => void
}

/** A training set is filled so many times by what a trainer reads when it starts: enough to choose among the past. */
const FILLINGS = 8
/** How long the trainer rests when nothing is due. */
const IDLE_MS = 250

/**
 * Learn from a pipeline's input until told to stop: read it through the sequencing that the forecaster uses, train when
 * enough has come, publish what wins on held-back data, and promote it when it has proved better on live scores.
 *
 * It owns the weights topic, so that a pipeline has one trainer at a time, and a second one's writes are refused. What an
 * operator appends there it obeys: the topic, and not this trainer's memory, says who serves.
 */
export async function train({ log, pipeline, clock, signal, tell }: TrainingTask): Promise<void> {
  const { name, topics, inputTopic } = pipeline
  const claim = await ownWeights(log, topics.weights, `foretide-${name}-trainer`, signal)
  if (claim === null) return
  tell({ kind: 'owning' })
  const untrained = pipelineUntrainedWeights(pipeline)
  const wire = assembleWire(pipeline)
  const history = new WeightsHistory(log, topics.weights, wire, untrained)
  await history.catchUp()
  const earlier = history.standing
  const loadEngine = async () => {
    const engine = await createGradientEngine(pipeline.learnEngine)
    const fields = { pipeline: name, engine: engine.name, backend: engine.backend }
    tell({ kind: 'note', message: 'training engine', fields })
    return engine
  }
  let engine: ReturnType<typeof loadEngine> | undefined
  const learner = createLearner(pipeline, earlier.serving, () => {
    engine ??= loadEngine()
    return engine
  })
  learner.resume(earlier)
  tellResumed(earlier, tell)

  const publish = async (...records: NewRecord[]) => {
    const { end } = await log.bounds(topics.weights, 0)
    await claim.ownership.commit([{ topic: topics.weights, records }], end)
  }
  let decided = true
  const keepUp = async () => {
    for (const told of await history.catchUp()) {
      decided = true
      tell({ kind: 'decision', told })
    }
    learner.follow(history.standing)
  }
  const standing = new StandingVersions(log, topics.decisions, wire)
  /** In two steps: whoever reads that a version is forgotten promotes it no more, so that its tombstone takes nothing that is in use. */
  const forgetOld = async () => {
    if (!decided) return
    decided = false
    const old = await standing.idle(history.olderThan(pipeline.weightsKept))
    if (old.length > 0) {
      await publish(forgottenRecord(old, learner.streamTimeMs))
      await keepUp()
    }
    const keys = history.forgottenKeys
    if (keys.length > 0) await publish(...keys.map(weightsTombstone))
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
  const { requests } = history
  const control = new ControlRequests(wire)
  const seeControl = async () => {
    const known = control.all.length
    await control.catchUp(log, topics.control)
    if (control.all.length > known) learner.leaveOut([...control.spans().values()])
  }
  const range = await readingRange(log, inputTopic, recordsRead(pipeline))
  if (range.skipped > 0) {
    const fields = { pipeline: name, skipped: range.skipped }
    tell({ kind: 'note', message: 'learns from the newest records; the older ones are too many', fields })
    learner.skip(range.skipped)
  }
  await samples.start(range.from)
  // Without a contest nothing of the past is wanted: one that begins later looks from then on.
  await scores.start(learner.contest?.from ?? (await endsOf(log, topics.scores)))
  const hasHistory = (await endsOf(log, inputTopic)).some((end) => end > 0)
  let first = pipeline.learnBootstrap && earlier.lastVersion === 0
  while (!signal.aborted) {
    for (const reading of [samples, scores]) reading.check()
    await keepUp()
    await seeControl()
    if (contestMoved || learner.decides) {
      contestMoved = false
      await recordContest(learner, name, publish, tell)
      await keepUp()
    }
    if (learner.wantsContest) {
      const contest = learner.openContest(await endsOf(log, topics.scores))
      if (contest) await publish(contestRecord(contest, learner.streamTimeMs))
    }
    await forgetOld()
    if (requests.pending) learner.request()
    const due = samples.caughtUp ? learner.due() : null
    const bootstrap = samples.caughtUp && first && (await isUntouched(log, topics))
    if (samples.caughtUp) first = false
    if (due) {
      const trigger = bootstrap && !requests.pending ? 'bootstrap' : due.trigger
      const request = requests.take()
      const session = { ...due, trigger, request, adopt: bootstrap }
      await runSession(learner, session, { log, pipeline, clock, signal, tell, publish, keepUp })
    } else {
      // A forecaster may be waiting to hear that there is nothing to wait for.
      if (bootstrap && hasHistory) await publish(nothingLearned(learner.streamTimeMs))
      await clock.sleep(IDLE_MS, signal)
    }
  }
  await Promise.all([samples.ended, scores.ended])
  await claim.release()
}

/** About one record to a sample. */
function recordsRead(pipeline: PipelineSettings): number {
  const { features } = lineFeatures(pipeline)
  return FILLINGS * Math.ceil(pipeline.learnMemory / sampleBytes(features))
}

function tellResumed({ serving, shadow }: LearnerHistory, tell: TrainingTask['tell']): void {
  const newest = [serving, ...(shadow ? [shadow] : [])]
    .map(({ manifest }) => manifest)
    .reduce((a, b) => (b.version > a.version ? b : a))
  if (newest.version === 0) return
  const { trainedToMs, heldBack } = newest
  tell({
    kind: 'resumed',
    last: { atMs: trainedToMs ?? 0, result: 'challenger', loss: heldBack?.loss ?? null },
  })
}
