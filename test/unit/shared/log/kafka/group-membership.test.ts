import type { Kafka } from 'kafkajs'
import { beforeEach, describe, expect, it } from 'vitest'
import { groupMembership } from '#shared/log/kafka/group-membership'

const turn = () => new Promise((resolve) => setImmediate(resolve))

/** A consumer of kafkajs that joins when it is told to. */
class Consumer {
  readonly events = { GROUP_JOIN: 'join', CRASH: 'crash' }
  restarts: () => Promise<boolean> = async () => false
  disconnects = 0
  private readonly heard = new Map<string, (event: unknown) => void>()

  on = (event: string, hear: (event: unknown) => void) => this.heard.set(event, hear)
  connect = async () => undefined
  subscribe = async () => undefined
  run = async () => undefined
  pause = () => undefined
  disconnect = async () => void this.disconnects++
  join(partitions: readonly number[]): void {
    this.heard.get('join')!({ payload: { memberAssignment: { in: partitions } } })
  }
}

describe('a member of a group of Kafka', () => {
  let consumer: Consumer
  let kafka: Kafka
  let tracked: Promise<unknown>[]
  beforeEach(() => {
    consumer = new Consumer()
    tracked = []
    kafka = {
      consumer: ({ retry }: { retry: { restartOnFailure: () => Promise<boolean> } }) => {
        consumer.restarts = retry.restartOnFailure
        return consumer
      },
    } as unknown as Kafka
  })
  const join = (assigned: (readonly number[])[]) =>
    groupMembership(
      kafka,
      { sessionMs: 10_000, heartbeatMs: 1_000 },
      (work) => void tracked.push(work),
    )('in', 'g').subscribe((partitions) => assigned.push(partitions))

  it('hears what is its own, in order, and comes back whatever fails', async () => {
    const assigned: (readonly number[])[] = []
    join(assigned)
    consumer.join([10, 2])
    expect(assigned).toEqual([[2, 10]])
    expect(await consumer.restarts()).toBe(true)
    expect(consumer.disconnects).toBe(0)
  })

  it('that has left does not come back, neither after a failure nor from a start that was under way', async () => {
    const assigned: (readonly number[])[] = []
    const membership = join(assigned)
    membership.unsubscribe()
    await turn()
    expect(consumer.disconnects).toBe(1)
    // kafkajs asks when a consumer fails that was being stopped: it would start another one, which nobody stops.
    expect(await consumer.restarts()).toBe(false)
    consumer.join([0])
    await Promise.all(tracked)
    expect(consumer.disconnects).toBe(2)
    expect(assigned).toEqual([])
  })
})
