import type { Clock } from '#shared/clock/clock'
import type { PipelineSettings } from '#shared/configuration/pipeline-settings'
import { endsOf } from '#shared/log/ends-of'
import type { Log, Topic } from '#shared/log/port'
import type { StructuredLog } from '#shared/telemetry/structured-log'

export interface FirstTrainingOptions {
  readonly log: Log
  readonly pipeline: PipelineSettings
  readonly clock: Clock
  readonly notes: StructuredLog
  /** Ends the wait. */
  readonly signal: AbortSignal
}

/** With less, no trainer trains. */
const RECORDS_MIN = 1000
/** A first session takes some 10 s after the history has been read; without a trainer forecasting must begin all the same. */
const WAIT_MS_MAX = 300_000
const POLL_MS = 200

/**
 * Before the first forecast of a new pipeline on a topic with history: wait until the trainer has learned from that history, or said
 * that there is not enough of it. A pipeline that has forecast before, or whose topic is new, waits for nothing.
 */
export async function awaitFirstTraining(options: FirstTrainingOptions): Promise<void> {
  const { log, pipeline, clock, notes, signal } = options
  const { name, topics, inputTopic } = pipeline
  if (!pipeline.learn || !pipeline.learnBootstrap || pipeline.pinnedVersion !== null) return
  for (const topic of [topics.weights, topics.forecasts, topics.lifecycle, topics.deadLetters])
    if ((await countOf(log, topic)) > 0) return
  const records = await countOf(log, inputTopic)
  if (records < RECORDS_MIN) return
  notes.info('waits for the first training on the history; learn.bootstrap: false begins untrained', {
    ...{ pipeline: name, records, secondsMax: WAIT_MS_MAX / 1000 },
  })
  const deadline = clock.now() + WAIT_MS_MAX
  while (!signal.aborted && (await countOf(log, topics.weights)) === 0) {
    if (clock.now() >= deadline) {
      notes.warn('no training within the time allowed; forecasting begins untrained', { pipeline: name })
      return
    }
    await clock.sleep(POLL_MS, signal)
  }
}

/** Records that a topic ever had. */
async function countOf(log: Log, topic: Topic): Promise<number> {
  return (await endsOf(log, topic)).reduce((sum, end) => sum + end, 0)
}
