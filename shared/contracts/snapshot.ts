import { z } from 'zod'
import type { NewRecord } from '#shared/log/port'
import type { Snapshot, SnapshotChunk } from '#shared/pipeline/snapshot'
import { CorruptStateError } from './series-state.js'
import { standingFigures } from './standing.js'

const utf8 = new TextEncoder()
const text = new TextDecoder()

const count = z.int().nonnegative()
const snapshotMessage = z.strictObject({
  schema: z.literal('foretide.snapshot/1'),
  id: z.string().min(1),
  status: z.enum(['open', 'complete', 'dropped']),
  from: count,
  until: count,
  streamTimeMs: z.number(),
  fingerprint: z.string(),
  series: count,
  bytes: count,
  chunks: count,
  chunksFrom: count,
  standing: standingFigures.nullable().default(null),
})

/** Key of a manifest in the state topic, without the snapshot's id. */
export const SNAPSHOT_KEY = 'snapshot:'

/** A manifest for the state topic, where whoever restores the partition finds it. */
export function snapshotRecord(partition: number, snapshot: Snapshot): NewRecord {
  const message: z.infer<typeof snapshotMessage> = { schema: 'foretide.snapshot/1', ...snapshot }
  return record(partition, SNAPSHOT_KEY + snapshot.id, utf8.encode(JSON.stringify(message)))
}

/** The tombstone of a manifest whose chunks are gone. */
export function noSnapshotRecord(partition: number, id: string): NewRecord {
  return record(partition, SNAPSHOT_KEY + id, null)
}

/** @throws CorruptStateError */
export function readSnapshotMessage(value: Uint8Array): Snapshot {
  try {
    const { schema: _, ...snapshot } = snapshotMessage.parse(JSON.parse(text.decode(value)))
    return snapshot
  } catch (cause) {
    throw new CorruptStateError('a snapshot in the log cannot be read', { cause })
  }
}

/** A chunk for the snapshots topic. */
export function snapshotChunkRecord(
  partition: number,
  { snapshot, number, bytes }: SnapshotChunk,
): NewRecord {
  return record(partition, `${snapshot}/${number}`, bytes)
}

/** null for what is no chunk. */
export function readSnapshotChunk(key: Uint8Array | null, value: Uint8Array | null): SnapshotChunk | null {
  const [, snapshot, number] = /^(.+)\/(\d+)$/.exec(key ? text.decode(key) : '') ?? []
  if (snapshot === undefined || number === undefined) return null
  return { snapshot, number: Number(number), bytes: value }
}

/** A series in a snapshot's bytes: length of its id, length of its state (four bytes each, little endian), id, state. */
export function encodeSnapshotEntry(id: string, state: Uint8Array): Uint8Array {
  const name = utf8.encode(id)
  const entry = Buffer.allocUnsafe(8 + name.length + state.length)
  entry.writeUInt32LE(name.length, 0)
  entry.writeUInt32LE(state.length, 4)
  entry.set(name, 8)
  entry.set(state, 8 + name.length)
  return entry
}

/**
 * The series in some bytes of a snapshot, one after another.
 * @returns the bytes after the last whole entry, which the next chunk goes on with
 */
export function* readSnapshotEntries(
  bytes: Uint8Array,
): Generator<{ readonly id: string; readonly state: Uint8Array }, Uint8Array> {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 0
  while (view.length - at >= 8) {
    const stateAt = at + 8 + view.readUInt32LE(at)
    const end = stateAt + view.readUInt32LE(at + 4)
    if (end > view.length) break
    yield { id: view.toString('utf8', at + 8, stateAt), state: view.subarray(stateAt, end) }
    at = end
  }
  return view.subarray(at)
}

function record(partition: number, key: string, value: Uint8Array | null): NewRecord {
  return { partition, key: utf8.encode(key), value, headers: [], timestamp: 0 }
}
