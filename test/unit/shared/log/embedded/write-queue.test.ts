import { expect, test } from 'vitest'
import type { Claims } from '#shared/log/embedded/claims'
import type { LmdbStore } from '#shared/log/embedded/lmdb-store'
import type { TopicCatalogue } from '#shared/log/embedded/topic-catalogue'
import { WriteQueue, type WriteRequest } from '#shared/log/embedded/write-queue'

test('what is not awaited is refused beyond 256 MB, and taken again when the disk is done with the rest', async () => {
  const failing = () => {
    throw new Error('the disk has it')
  }
  const store = { snapshot: failing } as unknown as LmdbStore
  const topics = { require: () => ({ id: 1 }) } as unknown as TopicCatalogue
  const queue = new WriteQueue(store, topics, {} as Claims, () => undefined)
  // Nothing looks into the bytes before the disk.
  const request = (megabytes: number) =>
    ({
      writes: [{ topic: 't', partition: 0, batches: [{ bytes: { length: megabytes * 2 ** 20 }, count: 1 }] }],
    }) as unknown as WriteRequest
  const refused = 'More is written than the disk takes'
  const first = expect(queue.write(request(200))).rejects.toThrow('the disk has it')
  await expect(queue.write(request(57))).rejects.toThrow(refused)
  const last = expect(queue.write(request(56))).rejects.toThrow('the disk has it')
  await Promise.all([first, last])
  await queue.drained()
  // Alone, even one that is larger is taken.
  await expect(queue.write(request(300))).rejects.toThrow('the disk has it')
})
