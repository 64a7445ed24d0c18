import type { PipelineSettings } from '#shared/configuration/pipeline-settings'
import type { Log, Offset } from '#shared/log/port'
import { pipelineDecoder } from './pipeline-parts.js'

/** Records at the end of each partition that are looked at: markers, which no read shows, and dead letters may be among them. */
const LAST_RECORDS = 100

/** The newest event time of a pipeline's last readings; null where there is none. A record's own time may be that of its sending, years later. */
export async function streamTime(log: Log, settings: PipelineSettings): Promise<number | null> {
  const { inputTopic } = settings
  const decode = pipelineDecoder(settings)
  let newest: number | null = null
  for (let partition = 0; partition < (await log.partitions(inputTopic)); partition++) {
    const { start, end } = await log.bounds(inputTopic, partition)
    const from: Offset = Math.max(start, end - LAST_RECORDS)
    if (end <= from) continue
    for await (const { records } of log.read(inputTopic, partition, from, end)) {
      for (const decoded of records.flatMap(decode)) {
        if (decoded.kind !== 'observation') continue
        newest = Math.max(newest ?? Number.NEGATIVE_INFINITY, decoded.observation.timeMs)
      }
    }
  }
  return newest
}
