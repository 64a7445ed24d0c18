import type { Log, Topic } from '#shared/log/port'
import type { ForecastLine } from './forecast-line.js'
import type { PartitionState } from './partition-state.js'
import type { Snapshot } from './snapshot.js'
import { SnapshotLostError } from './snapshot-lost-error.js'
import type { Wire } from './wire.js'

/**
 * Put the series of a snapshot into a partition that holds none.
 * @param topic of snapshots
 * @throws SnapshotLostError when its chunks are not all there: it was dropped meanwhile
 */
export async function readSnapshot(
  log: Log,
  topic: Topic,
  snapshot: Snapshot,
  state: PartitionState,
  { wire, line }: { readonly wire: Wire; readonly line: ForecastLine },
): Promise<void> {
  const { partition } = state
  const { end } = await log.bounds(topic, partition)
  let rest = new Uint8Array(0)
  let number = 0
  if (snapshot.chunks > 0 && end > snapshot.chunksFrom) {
    for await (const { records } of log.read(topic, partition, snapshot.chunksFrom, end)) {
      for (const { key, value } of records) {
        const chunk = wire.readSnapshotChunk(key, value)
        if (chunk?.snapshot !== snapshot.id || chunk.number !== number || chunk.bytes === null) continue
        number++
        const entries = wire.readSnapshotEntries(Buffer.concat([rest, chunk.bytes]))
        let entry = entries.next()
        for (; !entry.done; entry = entries.next()) {
          const { id, state: bytes } = entry.value
          state.series.set(id, wire.readSeries(id, bytes, line))
        }
        rest = new Uint8Array(entry.value)
      }
      if (number === snapshot.chunks) break
    }
  }
  if (number < snapshot.chunks || rest.length > 0 || state.series.size !== snapshot.series) {
    throw new SnapshotLostError(
      `the snapshot of partition ${partition} at offset ${snapshot.until} has ${number} of its ${snapshot.chunks} chunks; ` +
        'it was dropped while it was read: try again, and an older or newer one is taken',
    )
  }
}
