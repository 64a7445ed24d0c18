import { describe, expect, it } from 'vitest'
import { readingRange } from '#services/trainer/reading-range'
import { MemoryLog } from '#shared/log/memory/memory-log'

async function logOf(lengths: readonly number[]): Promise<MemoryLog> {
  const log = new MemoryLog()
  await log.createTopics([{ topic: 't', partitions: lengths.length, cleanup: 'delete' }])
  for (const [partition, length] of lengths.entries()) {
    const record = { partition, key: null, value: Buffer.from('1'), headers: [], timestamp: 0 }
    await log.append(
      't',
      Array.from({ length }, () => record),
    )
  }
  return log
}

// Expected by hand: a hundred records of which fifty are wanted are halved in each partition.
describe('readingRange', () => {
  it('is everything where that is not too much', async () => {
    expect(await readingRange(await logOf([60, 40, 0]), 't', 100)).toEqual({ from: [0, 0, 0], skipped: 0 })
  })

  it('is the same share of each partition, its newest, where it is', async () => {
    expect(await readingRange(await logOf([60, 40, 0]), 't', 50)).toEqual({ from: [30, 20, 0], skipped: 50 })
  })
})
