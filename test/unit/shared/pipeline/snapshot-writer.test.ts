import { beforeEach, describe, expect, it } from 'vitest'
import { assemblePipeline, snapshotPolicy } from '#shared/composition/pipeline-parts'
import type { NewRecord } from '#shared/log/port'
import { PartitionState } from '#shared/pipeline/partition-state'
import { SavedPartition } from '#shared/pipeline/saved-partition'
import type { SnapshotPolicy } from '#shared/pipeline/snapshot'
import { SnapshotWriter } from '#shared/pipeline/snapshot-writer'
import type { LoadedWeights } from '#shared/recurrent/engine'
import { smallSettings } from '../../../pipeline/pipeline-driver.js'

const DAY = 86_400_000
const { line, wire } = assemblePipeline(smallSettings())
const series = line.createSeries('a', 0)
/** Of one series of this line in a snapshot. */
const BYTES = wire.snapshotEntry(series, line).length
const POLICY: SnapshotPolicy = {
  ...{ everyMs: DAY, keep: 2, bytesMax: 1e9 },
  pace: { chunkBytes: BYTES / 2, commitBytes: BYTES, bytesPerSecond: line.stateBytes, restMs: 60_000 },
}

/** A partition of some series that is asked for its snapshots at every commit, over a log that keeps the last record of a key. */
class Partition {
  readonly state = new PartitionState(0, { weights: { version: 0 } as LoadedWeights, lane: 0 })
  readonly saved = new SavedPartition(false)
  readonly chunks = new Map<string, NewRecord>()
  /** Bytes that each commit wrote to the snapshots topic. */
  readonly written: number[] = []
  private writer: SnapshotWriter
  private next = 0
  private nowMs = 0

  constructor(
    count: number,
    private readonly policy: SnapshotPolicy,
  ) {
    for (let s = 0; s < count; s++) this.state.series.set(`s${s}`, line.createSeries(`s${s}`, 0))
    this.writer = this.open()
  }

  /**
   * As after a crash: what the log holds is all that is known.
   * @param commits before it that left what they wrote and no position, as at least once they may
   */
  restart(commits = 0): void {
    this.next -= 10 * commits
    this.writer = this.open()
  }

  /** As when the states are replaced: they are others from now on. */
  replace(): void {
    this.writer.abandon()
  }

  /** @returns ids and states of the snapshots in the log */
  async commit(streamTimeMs: number, seconds = 1): Promise<string[]> {
    this.state.streamTimeMs = streamTimeMs
    this.next += 10
    this.nowMs += 1_000 * seconds
    const { manifests, chunks } = await this.writer.writes(this.state, this.next, this.nowMs)
    this.saved.take(wire, manifests)
    for (const record of chunks) {
      const key = Buffer.from(record.key!).toString()
      if (record.value === null) this.chunks.delete(key)
      else this.chunks.set(key, record)
    }
    this.written.push(chunks.reduce((sum, { value }) => sum + (value?.length ?? 0), 0))
    return [...this.saved.snapshots.values()].map(({ id, status }) => `${id} ${status}`)
  }

  private open(): SnapshotWriter {
    return new SnapshotWriter({ line, wire, policy: this.policy, endOfChunks: async () => 0 }, [
      ...this.saved.snapshots.values(),
    ])
  }
}

let partition: Partition
beforeEach(() => {
  partition = new Partition(3, POLICY)
})

describe('snapshots', () => {
  it('are begun when stream time enters another day, and written a little with every commit', async () => {
    expect(await partition.commit(0.5 * DAY)).toEqual([])
    expect(await partition.commit(0.9 * DAY)).toEqual([])
    expect(await partition.commit(1.1 * DAY)).toEqual(['30 open'])
    expect(await partition.commit(1.2 * DAY)).toEqual(['30 open'])
    expect(await partition.commit(1.3 * DAY)).toEqual(['30 open'])
    expect(await partition.commit(1.4 * DAY)).toEqual(['30 complete'])
    // Three series, at most one with each commit, in six chunks of half a series.
    for (const bytes of partition.written) expect(bytes).toBeLessThanOrEqual(BYTES + 1)
    const { from, until, series, chunks, bytes, streamTimeMs } = partition.saved.snapshots.get('30')!
    expect({ from, until, series, streamTimeMs }).toEqual({
      from: 30,
      until: 60,
      series: 3,
      streamTimeMs: 1.4 * DAY,
    })
    expect(bytes).toBe([...partition.chunks.values()].reduce((sum, { value }) => sum + value!.length, 0))
    expect(chunks).toBe(partition.chunks.size)
    const entries = [
      ...wire.readSnapshotEntries(Buffer.concat([...partition.chunks.values()].map((c) => c.value!))),
    ]
    expect(entries.map(({ id }) => id)).toEqual(['s0', 's1', 's2'])
  })

  it('begin slowly after whatever pause, since all partitions begin theirs at once', async () => {
    partition = new Partition(8, { ...POLICY, pace: { ...POLICY.pace, commitBytes: 8 * BYTES } })
    await partition.commit(0)
    for (const day of [1, 2]) {
      // A commit an eighth of a second later each, which is exact in binary, at a state a second.
      await partition.commit(day * DAY, 3_600)
      for (let commit = 0; commit < 200; commit++) await partition.commit(day * DAY, 0.125)
    }
    const [first, second] = [...partition.saved.snapshots.values()].filter(
      ({ status }) => status === 'complete',
    )
    // The first state is had at once, each of the others takes eight commits, and so does finding that there is no ninth.
    expect(first!.until - first!.from).toBe(640)
    expect(second!.until - second!.from).toBe(640)
  })

  it('of all partitions together are written at 4 MiB a second', () => {
    expect(snapshotPolicy({ ...smallSettings(), partitions: 12 }).pace.bytesPerSecond * 12).toBe(
      4 * 1024 * 1024,
    )
  })

  it('rest between one and the next, however quickly stream time runs', async () => {
    await partition.commit(0)
    for (let day = 1; day <= 30; day++) await partition.commit(day * DAY)
    expect(partition.saved.snapshots.size).toBe(1)
    await partition.commit(31 * DAY, 60)
    expect(partition.saved.snapshots.size).toBe(2)
  })

  it('are kept in the number that is wished for; of a dropped one nothing stays behind', async () => {
    await partition.commit(0)
    for (let day = 1; day <= 40; day++) await partition.commit(day * DAY, 20)
    const kept = [...partition.saved.snapshots.values()].filter(({ status }) => status === 'complete')
    expect(kept).toHaveLength(2)
    for (const key of partition.chunks.keys())
      expect([...partition.saved.snapshots.keys()]).toContain(key.split('/')[0])
  })

  it('take no more room than they may, but the newest stays whatever it takes', async () => {
    partition = new Partition(3, { ...POLICY, keep: 10, bytesMax: 3 * BYTES })
    await partition.commit(0)
    for (let day = 1; day <= 12; day++) {
      await partition.commit(day * DAY, 60)
      for (let commit = 0; commit < 5; commit++) await partition.commit(day * DAY)
      expect([...partition.saved.snapshots.values()].map(({ status }) => status)).toEqual(['complete'])
    }
  })

  it('that a crash left unfinished are cleared away, and begun anew', async () => {
    await partition.commit(0)
    await partition.commit(1 * DAY)
    expect(await partition.commit(1 * DAY)).toEqual(['20 open'])
    expect(partition.chunks.size).toBeGreaterThan(0)
    partition.restart()
    expect(await partition.commit(1.1 * DAY)).toEqual([])
    expect(partition.chunks.size).toBe(0)
    // The day is noted from the first time seen, since there is no snapshot yet.
    await partition.commit(2 * DAY)
    for (let commit = 0; commit < 4; commit++) await partition.commit(2 * DAY)
    expect(await partition.commit(2 * DAY)).toEqual(['50 complete'])
  })

  it('whose states are replaced before it is whole are cleared away, and begun anew', async () => {
    await partition.commit(0)
    await partition.commit(1 * DAY)
    expect(await partition.commit(1 * DAY)).toEqual(['20 open'])
    partition.replace()
    expect(await partition.commit(1.1 * DAY)).toEqual([])
    expect(partition.chunks.size).toBe(0)
    for (let commit = 0; commit < 4; commit++) await partition.commit(1.2 * DAY)
    expect([...partition.saved.snapshots.values()]).toMatchObject([
      { id: '50', status: 'complete', from: 50, series: 3 },
    ])
  })

  it('that a crash left unfinished take nothing from the next one, though its commit is made again', async () => {
    await partition.commit(0)
    for (let commit = 0; commit < 4; commit++) await partition.commit(1 * DAY)
    expect(await partition.commit(2 * DAY, 60)).toEqual(['20 complete', '60 open'])
    // What is at the same record again has the same name: nothing of it before the other's tombstones.
    partition.restart(1)
    for (let commit = 0; commit < 4; commit++) await partition.commit(2 * DAY)
    expect(await partition.commit(2 * DAY)).toEqual(['20 complete', '70 complete'])
    for (const { id, chunks } of partition.saved.snapshots.values()) {
      expect([...partition.chunks.keys()].filter((key) => key.startsWith(`${id}/`))).toHaveLength(chunks)
    }
  })
})
