import { describe, expect, it } from 'vitest'
import { partitionOfKey } from '#shared/log/kafka/partition-of-key'

// murmur2 of these keys: Apache Kafka's own UtilsTest.testMurmur2.
const murmur2: readonly (readonly [key: string, hash: number])[] = [
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
  ['abc', 479470107],
]

describe('partitionOfKey', () => {
  it.each(murmur2)('puts %s where a Java producer does', (key, hash) => {
    for (const partitions of [1, 3, 12, 1000]) {
      expect(partitionOfKey(new TextEncoder().encode(key), partitions)).toBe((hash & 0x7fffffff) % partitions)
    }
  })
})
