import type { PipelineSettings } from '#shared/configuration/pipeline-settings'
import { type ExclusionMessage, readControlRecord, readExclusion } from '#shared/contracts/control'
import type { Log } from '#shared/log/port'
import { requireTopic } from './require-topic.js'

/**
 * The spans of a pipeline that are marked now, by id.
 * @throws UsageError where the pipeline has no topics yet
 */
export async function readExclusions(
  log: Log,
  { name, topics }: PipelineSettings,
): Promise<Map<string, ExclusionMessage>> {
  const marked = new Map<string, ExclusionMessage>()
  await requireTopic(log, { pipeline: name, topic: topics.control })
  const { start, end } = await log.bounds(topics.control, 0)
  if (end === start) return marked
  for await (const { records } of log.read(topics.control, 0, start, end)) {
    for (const { key, value } of records) {
      const message = readExclusion(value)
      const record = readControlRecord(key, value)
      if (message) marked.set(message.id, message)
      else if (record?.kind === 'include') marked.delete(record.id)
    }
  }
  return marked
}
