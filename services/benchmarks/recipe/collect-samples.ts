import { pipelineDecoder } from '#shared/composition/pipeline-parts'
import type { PipelineSettings } from '#shared/configuration/pipeline-settings'
import type { Feed } from '#shared/feed/feed'
import { sensorEventRecord } from '#shared/feed/sensor-event-record'
import { SampleCollector } from '#shared/learning/sample-collector'
import type { TrainingSeries } from '#shared/learning/training-series'
import { TrainingSet } from '#shared/learning/training-set'
import type { LogRecord } from '#shared/log/port'
import { lineFeatures } from '#shared/pipeline/line-features'

const BATCH = 1000

/** All samples of a feed as the trainer would have collected them. */
export async function collectSamples(
  feed: Feed,
  settings: PipelineSettings,
): Promise<readonly TrainingSeries[]> {
  const { horizon, cadenceMs, seed, learnMemory: memory } = settings
  const { features } = lineFeatures(settings)
  const set = new TrainingSet({ memory, features, horizon, cadenceMs, seed })
  const collector = new SampleCollector(settings, pipelineDecoder(settings), set)
  let records: LogRecord[] = []
  let offset = 0
  for await (const event of feed.events()) {
    records.push({ offset: offset++, ...sensorEventRecord(event, 0, event.timeMs, []) })
    if (records.length < BATCH) continue
    collector.take(0, records)
    records = []
  }
  collector.take(0, records)
  return set.series()
}
