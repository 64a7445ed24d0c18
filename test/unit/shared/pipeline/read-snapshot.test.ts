import { describe, expect, it } from 'vitest'
import { assemblePipeline } from '#shared/composition/pipeline-parts'
import { MemoryLog } from '#shared/log/memory/memory-log'
import type { NewRecord } from '#shared/log/port'
import { PartitionState } from '#shared/pipeline/partition-state'
import { readSnapshot } from '#shared/pipeline/read-snapshot'
import type { Snapshot } from '#shared/pipeline/snapshot'
import { SnapshotLostError } from '#shared/pipeline/snapshot-lost-error'
import type { LoadedWeights } from '#shared/recurrent/engine'
import { smallSettings } from '../../../pipeline/pipeline-driver.js'

const { line, wire } = assemblePipeline(smallSettings())
const NAMES = ['a', 'b', 'c']
const bytes = Buffer.concat(NAMES.map((name) => wire.snapshotEntry(line.createSeries(name, 0), line)))
const CHUNKS = 4
const size = Math.ceil(bytes.length / CHUNKS)

/** The chunks of the snapshot `20`, in the snapshots topic. */
const chunks = Array.from({ length: CHUNKS }, (_, number) =>
  wire.snapshotChunk(0, {
    ...{ snapshot: '20', number },
    bytes: bytes.subarray(number * size, (number + 1) * size),
  }),
)
const manifest: Snapshot = {
  ...{ id: '20', status: 'complete', from: 20, until: 30, streamTimeMs: 0, fingerprint: line.fingerprint },
  ...{ series: NAMES.length, bytes: bytes.length, chunks: CHUNKS, standing: null, chunksFrom: 0 },
}

async function read(records: readonly NewRecord[], snapshot: Snapshot = manifest): Promise<string[]> {
  const log = new MemoryLog()
  await log.createTopics([{ topic: 'snapshots', partitions: 1, cleanup: 'compact' }])
  await log.append('snapshots', records)
  const state = new PartitionState(0, { weights: { version: 0 } as LoadedWeights, lane: 0 })
  await readSnapshot(log, 'snapshots', snapshot, state, { wire, line })
  return [...state.series.keys()]
}

describe('a snapshot', () => {
  it('is read from its chunks, wherever these cut a series, among those of others', async () => {
    const other = wire.snapshotChunk(0, { snapshot: '5', number: 0, bytes })
    expect(await read([other, ...chunks.slice(0, 2), other, ...chunks.slice(2)])).toEqual(NAMES)
  })

  it.each([
    ['its last chunk', chunks.slice(0, -1), manifest],
    ['a chunk in its middle', [chunks[0]!, ...chunks.slice(2)], manifest],
    [
      'a chunk that was cleared away',
      [...chunks.slice(0, 3), wire.snapshotChunk(0, { snapshot: '20', number: 3, bytes: null })],
      manifest,
    ],
    ['all of them', [], manifest],
    ['a series', chunks, { ...manifest, series: NAMES.length + 1 }],
    [
      'the end of a series',
      chunks.slice(0, -1),
      { ...manifest, chunks: CHUNKS - 1, series: NAMES.length - 1 },
    ],
  ])('that lacks %s is no snapshot, rather than a part of one', async (_, records, snapshot) => {
    await expect(read(records, snapshot)).rejects.toThrow(SnapshotLostError)
  })
})
