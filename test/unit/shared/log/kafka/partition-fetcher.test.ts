import { describe, expect, it } from 'vitest'
import type { Clock } from '#shared/clock/clock'
import { TopicRecreatedError, UnknownTopicError } from '#shared/log/errors'
import { KafkaCodeError } from '#shared/log/kafka/kafka-errors'
import type { KafkaLink } from '#shared/log/kafka/kafka-link'
import { PartitionFetcher } from '#shared/log/kafka/partition-fetcher'

const EMPTY = { errorCode: 0, lastStable: 0, start: 0, aborted: [], set: Buffer.alloc(0) }

/** A link whose answers to fetches are given one by one; every pause is noted and takes no time. */
function scripted(answers: (() => Promise<unknown>)[], topicIds: string[] = []) {
  const pauses: number[] = []
  const renewed: string[] = []
  const awaited: string[] = []
  const clock: Clock = {
    now: () => 0,
    // Only what never answers is waited for.
    sleep: (_, signal) =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, 50)
        signal?.addEventListener('abort', () => clearTimeout(timer))
      }),
  }
  const link = {
    leader: async () => ({}),
    topicId: () => topicIds.shift() ?? 'id',
    knows: () => true,
    send: () => answers.shift()!(),
    within: async <T>(ms: number, work: Promise<T>) => {
      const ended = new AbortController()
      const late = clock.sleep(ms, ended.signal).then(() => undefined)
      return Promise.race([work, late]).finally(() => ended.abort())
    },
    renew: (place: string) => renewed.push(place),
    recover: async (ms: number) => pauses.push(ms),
    awaits: (place: string, error: Error) => awaited.push(`${place}: ${error.message}`),
    awaitsNoLonger: (place: string, there: boolean) => awaited.push(`${place} ${there ? 'there' : 'left'}`),
  } as unknown as KafkaLink
  return { fetcher: new PartitionFetcher(link, 'in', 3), pauses, renewed, awaited }
}

const answer =
  (errorCode = 0) =>
  async () => ({ ...EMPTY, errorCode })
const never = () => new Promise(() => undefined)

describe('a fetch', () => {
  it('that is never answered is given up, and tried again over new connections', async () => {
    const { fetcher, renewed, awaited } = scripted([never, never, answer()])
    await expect(fetcher.fetchPatiently(0, () => false)).resolves.toMatchObject({ next: 0 })
    expect(renewed).toEqual(['partition 3 of topic in', 'partition 3 of topic in'])
    const silent = 'partition 3 of topic in: a broker takes requests and does not answer them'
    expect(awaited).toEqual([silent, silent, 'partition 3 of topic in there'])
  })

  it('is tried again while the leader changes', async () => {
    const { fetcher, pauses, renewed, awaited } = scripted([answer(6), answer(6), answer(6), answer()])
    await fetcher.fetchPatiently(0, () => false)
    const failed = 'partition 3 of topic in: NOT_LEADER_FOR_PARTITION'
    expect(awaited).toEqual([failed, failed, failed, 'partition 3 of topic in there'])
    expect(pauses).toEqual([20, 40, 80])
    expect(renewed).toEqual([])
  })

  it('of a topic that was there is tried for 15 s when a broker does not know it, and no longer', async () => {
    const unknown = () => Promise.reject(new KafkaCodeError(3))
    const back = scripted([unknown, unknown, answer()])
    await expect(back.fetcher.fetchPatiently(0, () => false)).resolves.toMatchObject({ next: 0 })
    const gone = scripted(Array.from({ length: 100 }, () => unknown))
    await expect(gone.fetcher.fetchPatiently(0, () => false)).rejects.toThrow(UnknownTopicError)
    const waited = gone.pauses.reduce((sum, ms) => sum + ms, 0)
    expect(waited).toBeGreaterThanOrEqual(14_000)
    expect(waited).toBeLessThanOrEqual(15_000)
    expect(gone.awaited.at(-1)).toBe('partition 3 of topic in left')
  })

  it('of another topic than the one before is refused', async () => {
    const { fetcher } = scripted([answer(), answer()], ['old', 'new'])
    await fetcher.fetchPatiently(5, () => false)
    await expect(fetcher.fetchPatiently(5, () => false)).rejects.toThrow(TopicRecreatedError)
  })
})
