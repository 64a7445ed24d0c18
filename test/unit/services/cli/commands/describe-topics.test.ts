import { expect, it } from 'vitest'
import { describeChanges } from '#services/cli/commands/run-topics-command'
import type { TopicChange } from '#shared/log/kafka/topic-admin'

const conflict = (topic: string, difference: string): TopicChange => ({
  ...{ kind: 'conflict', topic, difference, reason: `Topic ${topic} has ${difference}.` },
})

it('a plan of topics tells once what several are in conflict by, after what it would do', () => {
  const count = '2 partitions, not 3; set input.partitions to 2, or use another topicPrefix'
  const cleanup = 'cleanup delete, not compact; change it by hand, or use another name'
  expect(
    describeChanges([
      conflict('decisions', count),
      { kind: 'create', topic: 'scores', to: { topic: 'scores', partitions: 1, settings: { a: 'b' } } },
      conflict('state', cleanup),
      conflict('forecasts', count),
      { kind: 'keep', topic: 'control' },
    ]),
  ).toEqual([
    '+ scores, 1 partition',
    '    a: b',
    '  control',
    `! 2 topics have ${count}:`,
    '    decisions',
    '    forecasts',
    `! Topic state has ${cleanup}.`,
  ])
})

it('a plan of topics tells how many replicas new ones get, where the configuration says so', () => {
  const change: TopicChange = {
    ...{ kind: 'create', topic: 'scores', to: { topic: 'scores', partitions: 6, settings: {} } },
  }
  expect(describeChanges([change], 3)).toEqual(['+ scores, 6 partitions, 3 replicas'])
  expect(describeChanges([change])).toEqual(['+ scores, 6 partitions'])
})
