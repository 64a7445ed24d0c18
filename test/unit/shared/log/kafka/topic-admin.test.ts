import { describe, expect, it } from 'vitest'
import { planTopics } from '#shared/log/kafka/topic-admin'
import type { TopicSpec } from '#shared/log/port'

const spec = (topic: string, partitions: number): TopicSpec => ({ topic, partitions, cleanup: 'delete' })

/** What a plan says of topics that are to have 3 partitions, by how many they have. */
function reasons(counts: { readonly readings?: number; readonly forecasts?: number }): string[] {
  const shapes = Object.entries(counts).map(
    ([topic, partitions]) => [topic, { topic, partitions, settings: {} }] as const,
  )
  const specs: TopicSpec[] = [{ ...spec('readings', 3), input: true }, spec('forecasts', 3)]
  return planTopics(specs, new Map(shapes)).flatMap((change) =>
    change.kind === 'conflict' ? [change.reason] : [],
  )
}

describe('a plan for topics with another number of partitions', () => {
  it('advises the number that input and outputs have', () => {
    expect(reasons({ readings: 1, forecasts: 1 })).toEqual([
      'Topic readings has 1 partition, not 3; set input.partitions to 1, or name another input.topic.',
      'Topic forecasts has 1 partition, not 3; set input.partitions to 1, or use another topicPrefix.',
    ])
  })

  it('advises a new start where an output has another number than the input, which no setting changes', () => {
    expect(reasons({ readings: 3, forecasts: 6 })).toEqual([
      'Topic forecasts has 6 partitions, not 3; only another topicPrefix helps, or deleting all topics of this pipeline but its input: either way it begins afresh.',
    ])
  })

  it('advises both where the input has got more partitions than the outputs', () => {
    expect(reasons({ readings: 4, forecasts: 3 })).toEqual([
      'Topic readings has 4 partitions, not 3; set input.partitions to 4 and another topicPrefix.',
    ])
  })

  it('advises the number of the outputs where there is no input yet', () => {
    expect(reasons({ forecasts: 2 })).toEqual([
      'Topic forecasts has 2 partitions, not 3; set input.partitions to 2, or use another topicPrefix.',
    ])
  })
})

it('alters settings of topics of ours, and never those of an input', () => {
  const retained = { retentionMs: 1000 }
  const settings = { 'retention.ms': '500', 'cleanup.policy': 'delete' }
  const shapes = new Map(
    ['readings', 'forecasts'].map((topic) => [topic, { topic, partitions: 3, settings }]),
  )
  const specs: TopicSpec[] = [
    { ...spec('readings', 3), ...retained, input: true },
    { ...spec('forecasts', 3), ...retained },
  ]
  expect(planTopics(specs, shapes)).toEqual([
    { kind: 'keep', topic: 'readings' },
    {
      ...{ kind: 'alter', topic: 'forecasts' },
      settings: [{ name: 'retention.ms', from: '500', to: '1000' }],
    },
  ])
})
