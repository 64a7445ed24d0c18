import { batchKey } from './batch-key.js'
import type { Claim } from './claims.js'
import type { LmdbStore } from './lmdb-store.js'
import { readHead } from './stored-batch.js'
import { endKey, type PartitionEnd, type StoredTopic } from './topic-catalogue.js'

const BATCHES_PER_STEP = 16

/**
 * Delete the oldest batches of a partition that are too old or too many, whole and some at a time; the newest stays.
 * @returns whether there may be more to delete
 */
export async function deleteExpired(
  store: LmdbStore,
  claim: Claim,
  topic: StoredTopic,
  partition: number,
  now: number,
): Promise<boolean> {
  const { id, retentionMs = Number.POSITIVE_INFINITY, retentionBytes = Number.POSITIVE_INFINITY } = topic
  if (retentionMs === Number.POSITIVE_INFINITY && retentionBytes === Number.POSITIVE_INFINITY) return false
  const expired = store.snapshot(() => {
    const written = store.entry<PartitionEnd>(endKey(id, partition))!.value
    const range = [batchKey(id, partition, 0), batchKey(id, partition, written.end)] as const
    const keys = store.batchKeys(...range, BATCHES_PER_STEP + 1)
    const deleted: Buffer[] = []
    // The last key is either the newest batch or left to the next step.
    for (const key of keys.slice(0, -1)) {
      const { bytesBefore, timestampMax } = readHead(store.batch(key)!)
      if (timestampMax >= now - retentionMs && written.bytes - bytesBefore <= retentionBytes) break
      deleted.push(key)
    }
    return deleted
  })
  if (expired.length === 0) return false
  const written = await store.writeIf([claim.condition], () => {
    for (const key of expired) store.removeBatch(key)
  })
  return written && expired.length === BATCHES_PER_STEP
}
