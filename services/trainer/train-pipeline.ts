import type { Clock } from '#shared/clock/clock'
import { createGradientEngine } from '#shared/composition/create-gradient-engine'
import { createLearner } from '#shared/composition/create-learner'
import { assembleWire, pipelineUntrainedWeights } from '#shared/composition/pipeline-parts'
import type { PipelineSettings } from '#shared/configuration/pipeline-settings'
import { promotionRecord, weightsRecord } from '#shared/contracts/weights-records'
import type { Learner } from '#shared/learning/learner'
import type { SessionPlan } from '#shared/learning/training-schedule'
import { OwnershipLostError } from '#shared/log/errors'
import type { Log, NewRecord, Ownership, Topic } from '#shared/log/port'
import type { TrainerMessage } from './trainer-message.js'
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
  const { version, trainedToMs, heldBack } = (history.candidate ?? history.serving).manifest
  if (version > 0) {
    tell({
      kind: 'resumed',
      last: { atMs: trainedToMs ?? 0, result: 'promoted', loss: heldBack?.loss ?? null },
    })
  }

  const reading = new Reading(log, inputTopic, learner, signal)
  await reading.start()
  const publish = async (record: NewRecord) => {
    const { end } = await log.bounds(topics.weights, 0)
    await ownership.commit([{ topic: topics.weights, records: [record] }], end)
  }
  while (!signal.aborted) {
    reading.check()
    const promoted = learner.promotable()
    if (promoted) await publish(promotionRecord(promoted, learner.streamTimeMs))
    const plan = reading.caughtUp ? learner.due() : null
    if (!plan) {
      await clock.sleep(IDLE_MS, signal)
      continue
    }
    await runSession(learner, plan, { pipeline, clock, signal, tell }, publish)
  }
  await reading.ended
  await ownership.release()
}

async function runSession(
  learner: Learner,
  plan: SessionPlan,
  { pipeline, clock, signal, tell }: Omit<TrainingTask, 'log'>,
  publish: (record: NewRecord) => Promise<void>,
): Promise<void> {
  const startedMs = clock.now()
  const trained = await learner.train(plan, signal, ({ step, steps }) =>
    tell({ kind: 'progress', step, steps }),
  )
  const { weights, loss, gradientNorm, clippedShare, better } = trained
  if (signal.aborted) return
  if (better) await publish(weightsRecord(weights))
  const { version, heldBack, trainedToMs } = weights.manifest
  const failed = !Number.isFinite(loss)
  const result = failed ? 'failed' : better ? 'promoted' : 'rejected'
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
    message: better ? 'trained a better net' : 'trained; the serving net stays',
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

/** The trainer's claim: partition 0 of the weights topic. */
function ownWeights(log: Log, topic: Topic, group: string, signal: AbortSignal): Promise<Ownership> {
  return new Promise((resolve, reject) => {
    const subscription = log.ownerships(topic, group).subscribe({
      next: (ownership) => {
        if (ownership.partition === 0) resolve(ownership)
      },
      error: reject,
    })
    signal.addEventListener('abort', () => subscription.unsubscribe(), { once: true })
  })
}

/** Reads every partition of the input into the learner, from its first kept record on. */
class Reading {
  /** Resolves when every reader has stopped. */
  ended: Promise<void> = Promise.resolve()
  private behind = 0
  private failure: unknown = null

  constructor(
    private readonly log: Log,
    private readonly topic: Topic,
    private readonly learner: Learner,
    private readonly signal: AbortSignal,
  ) {}

  /** What the input held at the start has been read: training before that would see a part of the past for the whole. */
  get caughtUp(): boolean {
    return this.behind === 0
  }

  async start(): Promise<void> {
    const partitions = await this.log.partitions(this.topic)
    const readers: Promise<void>[] = []
    for (let partition = 0; partition < partitions; partition++) {
      const { start, end } = await this.log.bounds(this.topic, partition)
      if (end > start) this.behind++
      readers.push(this.follow(partition, start, end))
    }
    this.ended = Promise.all(readers).then(
      () => undefined,
      (error) => {
        this.failure = error
      },
    )
  }

  /** @throws what a reader failed with */
  check(): void {
    if (this.failure) throw this.failure
  }

  private async follow(partition: number, start: number, end: number): Promise<void> {
    let catchingUp = end > start
    try {
      for await (const batch of this.log.read(this.topic, partition, start, undefined, this.signal)) {
        this.learner.take(partition, batch.records)
        const next = batch.records[batch.records.length - 1].offset + 1
        if (catchingUp && next >= end) {
          catchingUp = false
          this.behind--
        }
      }
    } catch (error) {
      if (!(error instanceof OwnershipLostError)) throw error
    }
  }
}
