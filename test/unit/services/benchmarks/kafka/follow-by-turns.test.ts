import { expect, it } from 'vitest'
import { followByTurns } from '#services/benchmarks/kafka/follow-by-turns'
import type { Clock } from '#shared/clock/clock'
import { MemoryLog } from '#shared/log/memory/memory-log'

const topic = 'forecasts'
const PARTITIONS = 5

/** A clock whose every sleep is ended by the test, or by its signal. */
function handClock() {
  const pending: { readonly ms: number; readonly end: () => void }[] = []
  const clock: Clock = {
    now: () => 0,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        pending.push({ ms, end: resolve })
        signal?.addEventListener('abort', () => resolve(), { once: true })
      }),
  }
  return { clock, pending }
}

it('follows every partition in its turn, and misses nothing that comes then', async () => {
  const log = new MemoryLog()
  await log.createTopics([{ topic, partitions: PARTITIONS, cleanup: 'delete' }])
  const write = (timestamp: number) =>
    log.append(
      topic,
      Array.from({ length: PARTITIONS }, (_, partition) => ({
        ...{ partition, key: null, value: Buffer.from(String(partition)), headers: [], timestamp },
      })),
    )
  await write(0)
  const { clock, pending } = handClock()
  const stop = new AbortController()
  const seen: string[][] = []
  const following = followByTurns(log, topic, PARTITIONS, { clock, signal: stop.signal }, (records) => {
    seen
      .at(-1)!
      .push(...records.map(({ value, timestamp }) => `${Buffer.from(value!).toString()}@${timestamp}`))
  })
  for (let turn = 0; turn < 5; turn++) {
    seen.push([])
    await expect.poll(() => pending.length).toBe(turn + 1)
    expect(pending[turn]!.ms).toBe(2_500)
    // The readers have found the end of their partitions.
    await new Promise((resolve) => setTimeout(resolve, 20))
    for (const timestamp of [10 * turn + 1, 10 * turn + 2]) {
      await write(timestamp)
      await expect.poll(() => seen.at(-1)!.length).toBe(timestamp % 10 === 1 ? 2 : 4)
    }
    pending[turn]!.end()
  }
  await expect.poll(() => pending.length).toBe(6)
  stop.abort()
  await following
  // Two at a time, round and round, from what comes in the turn on.
  expect(seen.map((turn) => turn.sort())).toEqual([
    ['0@1', '0@2', '1@1', '1@2'],
    ['2@11', '2@12', '3@11', '3@12'],
    ['0@21', '0@22', '4@21', '4@22'],
    ['1@31', '1@32', '2@31', '2@32'],
    ['3@41', '3@42', '4@41', '4@42'],
  ])
})
