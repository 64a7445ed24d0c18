import { describe, expect, it } from 'vitest'
import { checkCluster } from '#services/cli/doctor/check-cluster'
import { LogAwayError } from '#shared/log/errors'
import type { TopicChange } from '#shared/log/kafka/topic-admin'

const brokers = ['kafka-1:9092', 'kafka-2:9092']
const finding = (changes: readonly TopicChange[]) => checkCluster(brokers, async () => changes)
const to = { topic: 'b', partitions: 3, settings: {} }

describe('the doctor on a Kafka cluster', () => {
  it('is content where every topic is as it should be', async () => {
    expect(await finding([{ kind: 'keep', topic: 'a' }])).toMatchObject({
      ...{ check: 'kafka', status: 'ok', message: 'kafka-1:9092, kafka-2:9092, with every topic' },
      details: { topics: { keep: 1, create: 0, alter: 0, conflict: 0 } },
    })
  })

  it('counts topics that have yet to be created or altered, and says what does it', async () => {
    const found = await finding([
      { kind: 'create', topic: 'b', to },
      { kind: 'alter', topic: 'a', settings: [] },
      { kind: 'alter', topic: 'c', settings: [] },
    ])
    expect(found.status).toBe('warn')
    expect(found.message).toBe('kafka-1:9092, kafka-2:9092, with 1 topic to create and 2 topics to alter')
    expect(found.advice).toContain('foretide topics apply')
  })

  it('fails on a topic in conflict, and on brokers that do not answer', async () => {
    const reason = 'the topic a has 3 partitions, not 6'
    const conflict = await finding([{ kind: 'conflict', topic: 'a', difference: '3 partitions', reason }])
    expect(conflict).toMatchObject({ status: 'fail', message: reason })
    const away = await checkCluster(brokers, () => Promise.reject(new LogAwayError('no broker answers')))
    expect(away).toMatchObject({ status: 'fail', message: 'no broker answers' })
    expect(away.advice).toContain('docs/guides/kafka.md')
  })

  it('does not swallow faults that are its own', async () => {
    await expect(checkCluster(brokers, () => Promise.reject(new TypeError('a bug')))).rejects.toThrow('a bug')
  })
})
