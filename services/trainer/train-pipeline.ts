import type { Clock } from '#shared/clock/clock'
import { createGradientEngine } from '#shared/composition/create-gradient-engine'
import { createLearner } from '#shared/composition/create-learner'
import { assembleWire, pipelineUntrainedWeights } from '#shared/composition/pipeline-parts'
import type { PipelineSettings } from '#shared/configuration/pipeline-settings'
import { readSlotScore } from '#shared/contracts/slot-score'
import { contestRecord, verdictRecord, weightsRecord } from '#shared/contracts/weights-records'
import type { Learner } from '#shared/learning/learner'
import type { SessionPlan } from '#shared/learning/training-schedule'
import type { Log, NewRecord, Ownership, Topic } from '#shared/log/port'
import { TopicReading } from './topic-reading.js'
import type { TrainerMessage } from './trainer-message.js'
import { readWeightsHistory } from './weights-history.js'

export interface TrainingTask {
  readonly log: Log
  readonly pipeline: PipelineSettings
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly tell: (message: TrainerMessage) => void
}

type Publish = (...records: NewRecord[]) => Promise<void>

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
  await samples.start()
  // Without a contest nothing of the past is wanted: one that begins later looks from then on.
  await scores.start(learner.contest?.from ?? (await endsOf(log, topics.scores)))
  while (!signal.aborted) {
    samples.check()
    scores.check()
    if (contestMoved) {
      contestMoved = false
      await recordContest(learner, pipeline.name, publish, tell)
    }
    const plan = samples.caughtUp ? learner.due() : null
    if (!plan) {
      await clock.sleep(IDLE_MS, signal)
      continue
    }
    await runSession(learner, plan, { log, pipeline, clock, signal, tell }, publish)
  }
  await Promise.all([samples.ended, scores.ended])
  await ownership.release()
}

async function runSession(
  learner: Learner,
  plan: SessionPlan,
  { log, pipeline, clock, signal, tell }: TrainingTask,
  publish: Publish,
): Promise<void> {
  const startedMs = clock.now()
  const trained = await learner.train(plan, signal, ({ step, steps }) =>
    tell({ kind: 'progress', step, steps }),
  )
  const { weights, loss, gradientNorm, clippedShare, better } = trained
  if (signal.aborted) return
  if (better) {
    const contest = learner.challenge(weights, await endsOf(log, pipeline.topics.scores))
    await publish(weightsRecord(weights), contestRecord(contest, learner.streamTimeMs))
  }
  const { version, heldBack, trainedToMs } = weights.manifest
  const failed = !Number.isFinite(loss)
  const result = failed ? 'failed' : better ? 'challenger' : 'rejected'
  const seconds = (clock.now() - startedMs) / 1000
  // After a divergence the weights are the serving ones, and so are their figures.
  const gradientFlow = failed ? null : (weights.manifest.gradientFlow ?? null)
  const heldBackLoss = heldBack && Number.isFinite(heldBack.loss) ? heldBack.loss : null
  tell({
    kind: 'training',
    figures: { loss: heldBackLoss ?? Number.NaN, gradientNorm, clippedShare, gradientFlow, seconds, result },
    last: { atMs: trainedToMs ?? 0, result, loss: heldBackLoss },
  })
  tell({
    kind: 'note',
    message: better ? 'trained a challenger' : 'trained; no better on held-back data',
    fields: {
      pipeline: pipeline.name,
      version,
      streamTime: new Date(trainedToMs ?? 0).toISOString(),
      loss: round(heldBackLoss ?? Number.NaN),
      servingLoss: round(heldBack?.servingLoss ?? Number.NaN),
      seconds: round(seconds),
    },
  })
}

function round(value: number): number {
  return Math.round(value * 10_000) / 10_000
}

/** The trainer's claim: partition 0 of the weights topic. null when told to stop while another trainer has it. */
function ownWeights(log: Log, topic: Topic, group: string, signal: AbortSignal): Promise<Ownership | null> {
  return new Promise((resolve, reject) => {
    const subscription = log.ownerships(topic, group).subscribe({
      next: (ownership) => {
        if (ownership.partition === 0) resolve(ownership)
      },
      error: reject,
    })
    const stop = () => {
      subscription.unsubscribe()
      resolve(null)
    }
    signal.addEventListener('abort', stop, { once: true })
  })
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
      difference: round(evidence.difference),
      evidence: round(kind === 'promote' ? evidence.better : evidence.worse),
    },
  })
}

async function endsOf(log: Log, topic: Topic): Promise<number[]> {
  const partitions = await log.partitions(topic)
  return Promise.all(
    Array.from({ length: partitions }, async (_, partition) => (await log.bounds(topic, partition)).end),
  )
}
