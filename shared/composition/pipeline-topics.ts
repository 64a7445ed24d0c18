import type { PipelineSettings } from '#shared/configuration/pipeline-settings'
import { topicSpecs } from '#shared/contracts/topics'
import type { TopicSpec } from '#shared/log/port'

/** Every topic that a pipeline needs: its input first, then its own. */
export function pipelineTopicSpecs(settings: PipelineSettings): TopicSpec[] {
  const { inputTopic, partitions, topics, retentionMs, retentionBytes } = settings
  return [
    // Kept whole: replays and new trainings read it from the beginning.
    { topic: inputTopic, partitions, cleanup: 'delete', input: true },
    ...topicSpecs(topics, partitions, { retentionMs, retentionBytes }),
  ]
}
