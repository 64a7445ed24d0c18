import { beforeAll, describe, expect, it } from 'vitest'
import { openTopicAdmin } from '#shared/composition/open-log'
import { TopicMismatchError } from '#shared/log/errors'
import type { TopicAdmin } from '#shared/log/kafka/topic-admin'
import type { TopicSpec } from '#shared/log/port'
import { brokers, haveKafka, uniqueName } from './open-kafka-log.js'

describe.skipIf(!haveKafka)('topics', () => {
  const outputs = uniqueName('outputs')
  const state = uniqueName('state')
  const specs = (retentionMs: number): TopicSpec[] => [
    { topic: outputs, partitions: 2, cleanup: 'delete', retentionMs },
    { topic: state, partitions: 2, cleanup: 'compact' },
  ]
  let admin: TopicAdmin

  beforeAll(async () => {
    admin = await openTopicAdmin({
      ...{ kind: 'kafka', dataDir: '/', brokers, clientId: 'test', prefix: 'test' },
      guarantee: 'exactly-once',
    })
  })

  /** The cluster tells of a change a moment after it has taken it. */
  const planned = (wanted: readonly TopicSpec[]) =>
    expect.poll(async () => (await admin.plan(wanted)).map(({ kind }) => kind), { timeout: 10_000 })

  it('are planned, created, altered where a setting differs, and then kept', async () => {
    await planned(specs(1_000)).toEqual(['create', 'create'])
    await admin.apply(await admin.plan(specs(1_000)))
    await planned(specs(1_000)).toEqual(['keep', 'keep'])
    const longer = await admin.plan(specs(5_000))
    const settings = [{ name: 'retention.ms', from: '1000', to: '5000' }]
    expect(longer[0]).toEqual({ kind: 'alter', topic: outputs, settings })
    await admin.apply(longer)
    // The settings that were not named are still there: Kafka's own AlterConfigs forgets them.
    await planned(specs(5_000)).toEqual(['keep', 'keep'])
    const others = specs(1_000).map((spec) => ({ ...spec, input: true }) as const)
    await expect(admin.plan(others)).resolves.toMatchObject([{ kind: 'keep' }, { kind: 'keep' }])
  })

  it('with another partition count or cleanup are in conflict, and then nothing is changed', async () => {
    const other = uniqueName('other')
    const wanted: TopicSpec[] = [
      { topic: other, partitions: 1, cleanup: 'delete' },
      { topic: outputs, partitions: 3, cleanup: 'delete' },
      { topic: state, partitions: 2, cleanup: 'delete' },
    ]
    await planned(wanted).toEqual(['create', 'conflict', 'conflict'])
    await expect(admin.apply(await admin.plan(wanted))).rejects.toThrow(TopicMismatchError)
    await planned(wanted).toEqual(['create', 'conflict', 'conflict'])
    // An input that is compacted, as a start would find it.
    const input = { topic: state, partitions: 2, cleanup: 'delete', input: true } as const
    await expect(admin.plan([input])).resolves.toMatchObject([{ kind: 'conflict' }])
  })
})
