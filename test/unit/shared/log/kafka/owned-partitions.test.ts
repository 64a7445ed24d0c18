import { Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { systemClock } from '#shared/clock/system-clock'
import { FencedError } from '#shared/log/errors'
import type { KafkaLink } from '#shared/log/kafka/kafka-link'
import { ownPartitions } from '#shared/log/kafka/owned-partitions'

/** A link on which a partition is taken when the test says so. */
function slowLink() {
  let take: () => void = () => undefined
  const taken = new Promise<void>((resolve) => {
    take = resolve
  })
  const link = {
    persist: async () => {
      await taken
      return { producerId: '1', producerEpoch: 0 }
    },
    transactionLevel: async () => 2,
    committed: async () => null,
    close: async () => undefined,
  } as unknown as KafkaLink
  return { link, take }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

describe('partitions that the group gives', () => {
  it('are taken once each, however often the group says that they are ours', async () => {
    const group = new Subject<readonly number[]>()
    const links: ReturnType<typeof slowLink>[] = []
    const taken: number[] = []
    const lost: number[] = []
    const owning = ownPartitions('in', 'g', {
      clock: systemClock,
      membership: () => group,
      createLink: () => {
        links.push(slowLink())
        return links.at(-1)!.link
      },
      partitions: async () => 2,
      findGroup: async () => undefined,
      transactionalId: (...names) => names.join('-'),
      ...{ transactionMs: 20_000, guarantee: 'exactly-once', reclaimMs: 10_000, track: () => undefined },
    }).subscribe((own) => {
      taken.push(own.partition)
      own.lost$.subscribe(() => lost.push(own.partition))
    })
    await turn()
    group.next([0, 1])
    await turn()
    expect(links).toHaveLength(2)
    // One is there before the other when the group changes.
    links[0]!.take()
    await turn()
    group.next([0, 1])
    await turn()
    expect(links, 'taken once more, which fences the first').toHaveLength(2)
    links[1]!.take()
    await turn()
    expect(taken).toEqual([0, 1])
    expect(lost).toEqual([])
    owning.unsubscribe()
  })

  it('are taken again later where another worker took one at the same moment', async () => {
    const pauses: number[] = []
    const group = new Subject<readonly number[]>()
    const failures: unknown[] = []
    const taken: number[] = []
    let links = 0
    const owning = ownPartitions('in', 'g', {
      clock: {
        now: () => 0,
        sleep: async (ms, signal) => {
          if (ms < 6_000) return new Promise((resolve) => signal?.addEventListener('abort', () => resolve()))
          pauses.push(ms)
        },
      },
      membership: () => group,
      createLink: () => {
        const { link, take } = slowLink()
        take()
        links++
        if (links > 1) return link
        return {
          ...link,
          persist: async () => {
            throw new FencedError('Another owner has taken transactional id g-in-0; nothing was written.')
          },
        } as unknown as KafkaLink
      },
      partitions: async () => 1,
      findGroup: async () => undefined,
      transactionalId: (...names) => names.join('-'),
      ...{ transactionMs: 20_000, guarantee: 'exactly-once', reclaimMs: 10_000, track: () => undefined },
    }).subscribe({
      next: (own) => taken.push(own.partition),
      error: (error) => failures.push(error),
    })
    await turn()
    group.next([0])
    await turn()
    expect(failures).toEqual([])
    expect(pauses).toEqual([10_000])
    expect(taken).toEqual([0])
    owning.unsubscribe()
  })
})
