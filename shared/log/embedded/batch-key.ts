import type { Offset } from '../port.js'

const KEY_BYTES = 16

/** Key of a stored batch: topic, partition, base offset, big-endian so that LMDB's order is the order of offsets. */
export function batchKey(topicId: number, partition: number, base: Offset): Buffer {
  const key = Buffer.allocUnsafeSlow(KEY_BYTES)
  key.writeUInt32BE(topicId, 0)
  key.writeUInt32BE(partition, 4)
  key.writeUInt32BE(Math.floor(base / 2 ** 32), 8)
  key.writeUInt32BE(base % 2 ** 32, 12)
  return key
}

export function baseOf(key: Buffer): Offset {
  return key.readUInt32BE(8) * 2 ** 32 + key.readUInt32BE(12)
}
