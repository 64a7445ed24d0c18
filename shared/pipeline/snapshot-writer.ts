import type { NewRecord, Offset } from '#shared/log/port'
import type { SeriesState } from '#shared/series-state/series-state'
import type { ForecastLine } from './forecast-line.js'
import type { PartitionState } from './partition-state.js'
import type { Snapshot, SnapshotPolicy } from './snapshot.js'
import { StatePace } from './state-pace.js'
import type { Wire } from './wire.js'

export interface SnapshotWriterOptions {
  readonly line: ForecastLine
  readonly wire: Wire
  readonly policy: SnapshotPolicy
  /** The end of the partition in the snapshots topic. */
  readonly endOfChunks: () => Promise<Offset>
}

/** What a commit holds of snapshots. */
export interface SnapshotWrites {
  /** For the state topic. */
  readonly manifests: readonly NewRecord[]
  /** For the snapshots topic. */
  readonly chunks: readonly NewRecord[]
}

/** Chunks of a snapshot that was dropped which one commit clears away. */
const CLEARED_MAX = 1_000

/** A snapshot that is being written. */
interface Writing {
  snapshot: Snapshot
  /** Series that are not in it yet; those that come up meanwhile follow at its end. */
  readonly rest: Iterator<SeriesState>
  /** States that fill no chunk yet. */
  waiting: Uint8Array[]
  readonly pace: StatePace
}

/**
 * Takes the snapshots of a partition, a little with every commit, and drops the oldest.
 *
 * It paces itself by the clock and by stream time; nothing that is published depends on it. What it returns stands in the
 * log with the same commit or not at all: after a commit that failed, it is made anew like all of the partition's memory.
 */
export class SnapshotWriter {
  /** Oldest first. */
  private readonly complete: Snapshot[] = []
  private readonly dropped: Snapshot[] = []
  private writing: Writing | null = null
  /** Of the newest snapshot, or of what was first seen; in multiples of the distance between snapshots. */
  private period: number | null = null
  private restUntilMs = Number.NEGATIVE_INFINITY

  /** @param found those in the log. One that was not finished is given up: its states are older than those in memory. */
  constructor(
    private readonly options: SnapshotWriterOptions,
    found: readonly Snapshot[],
  ) {
    for (const snapshot of found) {
      if (snapshot.status === 'complete') this.complete.push(snapshot)
      else this.dropped.push(snapshot)
    }
    this.complete.sort((a, b) => a.until - b.until)
    const newest = this.complete.at(-1)
    if (newest) this.period = this.periodOf(newest.streamTimeMs)
  }

  /**
   * What the next commit adds.
   * @param next offset after the last record that the states have seen
   */
  async writes(state: PartitionState, next: Offset, nowMs: number): Promise<SnapshotWrites> {
    const manifests: NewRecord[] = []
    const chunks: NewRecord[] = []
    const { everyMs } = this.options.policy
    if (everyMs !== null) {
      if (this.writing === null && this.isDue(state.streamTimeMs, nowMs)) await this.begin(state, next)
      if (this.writing !== null) this.proceed(this.writing, state, next, nowMs, manifests, chunks)
    }
    this.clear(state.partition, manifests, chunks)
    return { manifests, chunks }
  }

  /** Those that a replay can start from, oldest first. */
  get usable(): readonly Snapshot[] {
    return this.complete.filter(({ fingerprint }) => fingerprint === this.options.line.fingerprint)
  }

  /** Give up the one that is being written: the states that it would go on with are others. */
  abandon(): void {
    if (this.writing === null) return
    this.dropped.push({ ...this.writing.snapshot, status: 'dropped' })
    this.writing = null
    if (this.period !== null) this.period--
  }

  private isDue(streamTimeMs: number, nowMs: number): boolean {
    if (!Number.isFinite(streamTimeMs)) return false
    const period = this.periodOf(streamTimeMs)
    if (this.period === null) this.period = period
    // One begun where another was given up has its name: that one's tombstones come first.
    return period > this.period && nowMs >= this.restUntilMs && this.dropped.length === 0
  }

  private periodOf(streamTimeMs: number): number {
    return Math.floor(streamTimeMs / (this.options.policy.everyMs ?? 1))
  }

  private async begin(state: PartitionState, next: Offset): Promise<void> {
    this.period = this.periodOf(state.streamTimeMs)
    const none = { series: 0, bytes: 0, chunks: 0 }
    const { fingerprint } = this.options.line
    this.writing = {
      snapshot: {
        ...{ id: String(next), status: 'open', from: next, until: next, streamTimeMs: state.streamTimeMs },
        ...{ fingerprint, ...none, standing: state.standing, chunksFrom: await this.options.endOfChunks() },
      },
      rest: state.series.values(),
      waiting: [],
      pace: new StatePace(this.options.policy.pace.bytesPerSecond, this.options.line.stateBytes),
    }
  }

  private proceed(
    writing: Writing,
    state: PartitionState,
    next: Offset,
    nowMs: number,
    manifests: NewRecord[],
    chunks: NewRecord[],
  ): void {
    const { line, wire } = this.options
    const { partition, streamTimeMs } = state
    let { series, chunks: number, bytes } = writing.snapshot
    const put = (chunk: Uint8Array) => {
      chunks.push(wire.snapshotChunk(partition, { snapshot: writing.snapshot.id, number, bytes: chunk }))
      number++
      bytes += chunk.length
    }
    let taken = 0
    let done = false
    const { chunkBytes, commitBytes } = this.options.policy.pace
    const allowed = writing.pace.allowed(nowMs)
    for (let bytesTaken = 0; taken < allowed && bytesTaken < commitBytes; taken++) {
      const { value, done: ended } = writing.rest.next()
      if (ended) {
        done = true
        break
      }
      const entry = wire.snapshotEntry(value, line)
      writing.waiting.push(entry)
      series++
      bytesTaken += entry.length
    }
    writing.pace.saved(taken)
    const waitingBytes = writing.waiting.reduce((sum, { length }) => sum + length, 0)
    // Joined only where it makes a chunk: up to one is waiting, and commits come by the hundred.
    if (done || waitingBytes >= chunkBytes) {
      const all = Buffer.concat(writing.waiting)
      let at = 0
      for (; all.length - at >= chunkBytes; at += chunkBytes) put(all.subarray(at, at + chunkBytes))
      if (done && at < all.length) put(all.subarray(at))
      writing.waiting = done ? [] : [all.subarray(at)]
    }
    const status = done ? 'complete' : 'open'
    const before = writing.snapshot
    writing.snapshot = { ...before, status, until: next, streamTimeMs, series, bytes, chunks: number }
    // An open one is noted for its chunks alone, which must not be left behind when it is given up.
    if (done || number > before.chunks) manifests.push(wire.snapshot(partition, writing.snapshot))
    if (!done) return
    this.writing = null
    this.complete.push(writing.snapshot)
    this.restUntilMs = nowMs + this.options.policy.pace.restMs
    this.dropOldest(partition, manifests)
  }

  private dropOldest(partition: number, manifests: NewRecord[]): void {
    const { keep, bytesMax } = this.options.policy
    const bytes = () => this.complete.reduce((sum, snapshot) => sum + snapshot.bytes, 0)
    while (this.complete.length > keep || (this.complete.length > 1 && bytes() > bytesMax)) {
      const dropped: Snapshot = { ...this.complete.shift()!, status: 'dropped' }
      this.dropped.push(dropped)
      manifests.push(this.options.wire.snapshot(partition, dropped))
    }
  }

  /** Tombstones for the chunks of what was dropped, the last of them first, and then for its manifest. */
  private clear(partition: number, manifests: NewRecord[], chunks: NewRecord[]): void {
    const { wire } = this.options
    let room = CLEARED_MAX
    while (room > 0 && this.dropped.length > 0) {
      const { id, chunks: count } = this.dropped[0]!
      const first = Math.max(0, count - room)
      for (let number = first; number < count; number++) {
        chunks.push(wire.snapshotChunk(partition, { snapshot: id, number, bytes: null }))
      }
      room -= Math.max(1, count - first)
      if (first > 0) {
        this.dropped[0] = { ...this.dropped[0]!, status: 'dropped', chunks: first }
        manifests.push(wire.snapshot(partition, this.dropped[0]))
      } else {
        this.dropped.shift()
        manifests.push(wire.noSnapshot(partition, id))
      }
    }
  }
}
