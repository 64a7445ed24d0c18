import type { PipelineSettings } from '#shared/configuration/pipeline-settings'
import { weightsRecord } from '#shared/contracts/weights-records'
import type { Log } from '#shared/log/port'
import { hostileRecords } from './hostile-records.js'
import { randomWeights } from './interrupted-run.js'
import { PipelineDriver, promotionRecord } from './pipeline-driver.js'

const SNAPSHOT_PACE = { chunkBytes: 20_000, commitBytes: 50_000, bytesPerSecond: 1e9, restMs: 0 }

/** Days of stream time between two snapshots. */
export const SNAPSHOT_DAYS = 4

/**
 * A live run on any log, in batches of eight: hostile records with a swap of weights every two rounds, and snapshots.
 * The topics exist. The forecaster is left as it is after its last commit: nothing is flushed, nothing given back.
 */
export async function runWithSwaps(
  log: Log,
  settings: PipelineSettings,
  count: number,
): Promise<PipelineDriver> {
  const records = hostileRecords(7, count, settings.partitions)
  await log.append(settings.inputTopic, records)
  let now = 0
  const driver = await PipelineDriver.start(log, settings, () => (now += 10), true, undefined, SNAPSHOT_PACE)
  let version = 0
  for (let round = 0, busy = true; busy; round++) {
    if (round % 2 === 1 && version < 6) {
      version++
      const weights = randomWeights(version)
      await log.append(settings.topics.weights, [weightsRecord(weights), promotionRecord(weights, 0)])
    }
    await driver.seeWeights()
    busy = false
    for (const { partition } of driver.runs) busy = (await driver.step(partition)) || busy
  }
  return driver
}
