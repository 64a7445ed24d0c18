import type { TopicSpec } from '#shared/log/port'

/** Names of the topics of one pipeline. */
export interface PipelineTopics {
  readonly forecasts: string
  readonly scores: string
  readonly lifecycle: string
  readonly deadLetters: string
  readonly decisions: string
  readonly control: string
  readonly weights: string
  readonly state: string
  readonly snapshots: string
}

/** @param prefix what stands before every name, `foretide` by default */
export function pipelineTopics(prefix: string, pipeline: string): PipelineTopics {
  const name = (suffix: string) => `${prefix}.${pipeline}.${suffix}`
  return {
    forecasts: name('forecasts'),
    scores: name('scores'),
    lifecycle: name('lifecycle'),
    deadLetters: name('dead-letters'),
    decisions: name('decisions'),
    control: name('control'),
    weights: name('weights'),
    state: name('state'),
    snapshots: name('snapshots'),
  }
}

/** What has to exist before a pipeline runs: its input (kept as it is when it exists) and its nine topics. */
export function topicSpecs(
  topics: PipelineTopics,
  partitions: number,
  retention: { readonly retentionMs?: number; readonly retentionBytes?: number },
): TopicSpec[] {
  const deleted = (topic: string): TopicSpec => ({ topic, partitions, cleanup: 'delete', ...retention })
  const kept = (topic: string): TopicSpec => ({ topic, partitions, cleanup: 'delete' })
  const compacted = (topic: string): TopicSpec => ({ topic, partitions, cleanup: 'compact' })
  return [
    deleted(topics.forecasts),
    deleted(topics.scores),
    deleted(topics.lifecycle),
    deleted(topics.deadLetters),
    kept(topics.decisions),
    compacted(topics.control),
    compacted(topics.weights),
    compacted(topics.state),
    compacted(topics.snapshots),
  ]
}
