import type { Subscription } from 'rxjs'
import { afterEach, describe, expect, it } from 'vitest'
import { systemClock } from '#shared/clock/system-clock'
import type { KafkaLog } from '#shared/log/kafka/kafka-log'
import { haveKafka, openKafkaLog, uniqueName } from './open-kafka-log.js'

const PARTITIONS = 6
const SESSION_MS = 6_000

/** A worker: the partitions that it has, and every one that it ever lost. */
class Member {
  readonly held = new Set<number>()
  readonly lost: number[] = []
  readonly taken: number[] = []
  readonly log: KafkaLog
  readonly #subscription: Subscription
  failure: unknown = null

  constructor(input: string) {
    this.log = openKafkaLog({ sessionMs: SESSION_MS, heartbeatMs: 500 })
    this.#subscription = this.log.ownerships(input, 'g').subscribe({
      next: (own) => {
        this.held.add(own.partition)
        this.taken.push(own.partition)
        own.lost$.subscribe(() => {
          this.held.delete(own.partition)
          this.lost.push(own.partition)
        })
      },
      error: (error) => {
        this.failure = error
      },
    })
  }

  async leave(): Promise<void> {
    this.#subscription.unsubscribe()
    await this.log.close()
  }
}

describe.skipIf(!haveKafka)('members of a group', () => {
  const members: Member[] = []
  const join = (input: string) => {
    const member = new Member(input)
    members.push(member)
    return member
  }
  const createInput = async () => {
    const input = uniqueName('input')
    const log = openKafkaLog()
    await log.createTopics([{ topic: input, partitions: PARTITIONS, cleanup: 'delete' }])
    await log.close()
    return input
  }
  const settled = (counts: () => number[], expected: number[]) =>
    expect.poll(counts, { timeout: 40_000, interval: 100 }).toEqual(expected)

  afterEach(async () => {
    await Promise.all(members.splice(0).map((member) => member.leave()))
  })

  it('keep what they have when others come and go', { timeout: 150_000 }, async () => {
    const input = await createInput()
    const one = join(input)
    await settled(() => [one.held.size], [6])
    const two = join(input)
    await settled(() => [one.held.size, two.held.size], [3, 3])
    // Only what changed hands was lost.
    expect(one.lost).toHaveLength(3)
    expect([...two.held].sort()).toEqual([...one.lost].sort())
    const three = join(input)
    await settled(() => [one.held.size, two.held.size, three.held.size], [2, 2, 2])
    expect([one.lost.length, two.lost.length]).toEqual([4, 1])
    await two.leave()
    await settled(() => [one.held.size, three.held.size], [3, 3])
    expect([one.lost.length, three.lost.length]).toEqual([4, 0])
    for (const { failure } of members) expect(failure).toBeNull()
  })

  it('stay while they work on batches of seconds each, for longer than a session', {
    timeout: 120_000,
  }, async () => {
    const input = await createInput()
    const [busy, other] = [join(input), join(input)]
    await settled(() => [busy.held.size, other.held.size], [3, 3])
    const lost = [busy.lost.length, other.lost.length]
    // What a batch does to the process: nothing else runs, heartbeats neither. Then the commit gives others a turn.
    const bell = new Int32Array(new SharedArrayBuffer(4))
    for (const from = systemClock.now(); systemClock.now() - from < 2.5 * SESSION_MS; ) {
      Atomics.wait(bell, 0, 0, 2_000)
      await systemClock.sleep(20)
    }
    await systemClock.sleep(1_000)
    expect([busy.lost.length, other.lost.length]).toEqual(lost)
    expect([busy.held.size, other.held.size]).toEqual([3, 3])
  })
})
