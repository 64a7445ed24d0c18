import { openTopicAdmin } from '#shared/composition/open-log'
import { pipelineTopicSpecs } from '#shared/composition/pipeline-topics'
import type { Configuration } from '#shared/configuration/configuration'
import type { KafkaSettings } from '#shared/configuration/log-settings'
import type { TopicAdmin, TopicChange } from '#shared/log/kafka/topic-admin'

/** What would have to happen to the topics of all pipelines, and who can do it. Changes nothing. */
export async function planTopics(
  log: KafkaSettings,
  pipelines: Configuration['pipelines'],
): Promise<{ readonly admin: TopicAdmin; readonly changes: readonly TopicChange[] }> {
  // Names, partitions and retention do not depend on the cadence.
  const settings = pipelines.map((pipeline) => pipeline.resolve(1))
  const byTopic = new Map(settings.flatMap(pipelineTopicSpecs).map((spec) => [spec.topic, spec]))
  const admin = await openTopicAdmin(log)
  return { admin, changes: await admin.plan([...byTopic.values()]) }
}
