import type { Clock } from '#shared/clock/clock'
import { streamTime } from '#shared/composition/stream-time'
import type { PipelineSettings } from '#shared/configuration/pipeline-settings'
import { pinRecords, unpinRecords } from '#shared/contracts/weights-records'
import type { Log, NewRecord } from '#shared/log/port'
import type { WeightsLibrary } from '#shared/pipeline/weights-library'
import type { StructuredLog } from '#shared/telemetry/structured-log'

/** Who decides, where no operator does. */
const HAND = { by: 'the configuration', reason: null }

export interface PinSurroundings {
  readonly log: Log
  readonly pipeline: PipelineSettings
  readonly clock: Clock
  readonly notes: StructuredLog
}

/**
 * Make the weights topic say what the configuration says of a pin, as an operator would, so that all who follow the topic agree on what
 * serves: the pin, where the topic has another or none; its end, where it was the configuration's and is there no longer.
 * @param library has read the topic, and reads it again afterwards
 */
export async function settlePin(
  library: WeightsLibrary,
  { log, pipeline, clock, notes }: PinSurroundings,
): Promise<void> {
  const { name, topics, pinnedVersion: wanted } = pipeline
  const { pinned, pinnedByConfiguration: configured, serving: champion } = library.standing
  const append = async (recordsAt: (streamTimeMs: number) => NewRecord[]) => {
    await log.append(topics.weights, recordsAt((await streamTime(log, pipeline)) ?? clock.now()))
    await library.catchUp(log, topics.weights)
  }
  if (wanted !== null && library.has(wanted)) {
    if (pinned !== wanted || !configured)
      await append((timeMs) => pinRecords({ version: wanted, champion }, HAND, timeMs, true))
    return
  }
  if (wanted !== null) {
    notes.warn('the configuration pins a version that cannot serve; what served before goes on', {
      ...{ pipeline: name, version: wanted },
      reason: 'the weights topic does not hold it, or not for this configuration',
    })
  }
  if (pinned !== null && configured)
    await append((timeMs) => unpinRecords({ version: pinned, champion }, HAND, timeMs, true))
}
