import type { Clock } from '#shared/clock/clock'
import type { Ending } from '#shared/clock/ending'
import type { LogRecord, NewRecord, Offset, Ownership, RecordBatch, Write, Writes } from '#shared/log/port'
import type { SeriesState } from '#shared/series-state/series-state'
import { advanceDecided } from './advance-decided.js'
import { BatchOutcome } from './batch-outcome.js'
import { BatchPace } from './batch-pace.js'
import type { ControlRequests } from './control-requests.js'
import { decideControl } from './decide-control.js'
import type { Decision, RewindDecision } from './decision.js'
import { FlushQueue } from './flush-queue.js'
import type { ForecastLine } from './forecast-line.js'
import { OUTCOME_TOPICS, outcomeRecords } from './outcome-records.js'
import type { PartitionHistory } from './partition-history.js'
import { type ReplaySurroundings, rewindStates } from './partition-replay.js'
import type { PartitionState } from './partition-state.js'
import { markRecord } from './record-mark.js'
import type { SnapshotPolicy } from './snapshot.js'
import type { SnapshotWriter } from './snapshot-writer.js'
import { type FlushLimits, StatePace } from './state-pace.js'
import type { WeightsLibrary } from './weights-library.js'
import type { RecordMark, Wire } from './wire.js'

/** Topics that a partition's commits go to. */
export interface OutputTopics {
  readonly forecasts: string
  readonly scores: string
  readonly lifecycle: string
  readonly deadLetters: string
  readonly decisions: string
  readonly state: string
  readonly snapshots: string
}

export interface PartitionRunOptions {
  readonly line: ForecastLine
  readonly wire: Wire
  readonly library: WeightsLibrary
  readonly topics: OutputTopics
  /** Paces batches and the saving of states and snapshots, on which nothing depends that is published. */
  readonly clock: Clock
  readonly snapshots: SnapshotPolicy
  readonly batchMax: number
  /** A state is not saved again before it has been dirty for so long. */
  readonly flushAfterMs: number
  readonly flushLimits: FlushLimits
  /** False for a replay: it obeys the decisions that were recorded, and nothing that the weights topic asks for besides. */
  readonly decides: boolean
  /** What an operator asks for; left out: nothing. */
  readonly control?: ControlRequests
  /** Told of a rewind that cannot be had, and of one that begins. */
  readonly onRewind?: (partition: number, rewind: RewindDecision | null) => void
  /** False for a backtest: outcomes are reported, decisions and position committed, but nothing is published. */
  readonly publish: boolean
}

/** What one step did. */
export interface StepReport {
  readonly batch: RecordBatch
  readonly outcome: BatchOutcome
  /** Those of its records that were consumed for the first time. */
  readonly consumed: readonly LogRecord[]
}

/** Bytes of states that one commit saves at most, so that saving never holds up a batch for long. */
const FLUSH_BYTES_MAX = 8 * 1024 * 1024

/** A partition at work: batch in, `advance`, everything that follows from it out in one commit. Made by `restorePartition`. */
export class PartitionRun {
  private queue = new FlushQueue()
  private readonly pace: BatchPace
  private readonly flushPace: StatePace
  private readonly closing = new AbortController()
  /** Control records up to this offset were obeyed. */
  private controlTaken: Offset

  /**
   * @param next offset of the next record to read
   * @param position offset up to which outcomes are in the log; `next` is before it after a restore
   * @param recorded all decisions in the log, by rising offset
   * @param decisions those that are still to be obeyed
   * @param influencesTaken weights records up to this offset were obeyed
   * @param before the last record before `position`
   * @param since first record that was ever read here
   */
  constructor(
    private readonly options: PartitionRunOptions,
    private readonly ownership: Ownership,
    private held: PartitionState,
    private next: Offset,
    private position: Offset,
    private readonly recorded: Decision[],
    private readonly decisions: Decision[],
    private influencesTaken: Offset,
    private before: RecordMark | null,
    private readonly since: Offset,
    private readonly snapshots: SnapshotWriter,
    private readonly around: ReplaySurroundings,
  ) {
    this.pace = new BatchPace(options.batchMax)
    this.flushPace = new StatePace(options.flushLimits.bytesPerSecond, options.line.stateBytes)
    this.controlTaken = recorded.reduce(
      (last, it) => ('request' in it ? Math.max(last, it.request) : last),
      -1,
    )
  }

  get state(): PartitionState {
    return this.held
  }

  get partition(): number {
    return this.held.partition
  }

  /** Offset of the next record to consume. */
  get consumed(): Offset {
    return this.position
  }

  /** Whether everything that was committed before has been computed again. */
  get caughtUp(): boolean {
    return this.next >= this.position
  }

  /** Give the memory of this run back; it is of no use afterwards. */
  close(): void {
    this.closing.abort()
    // A commit that is under way still needs what it writes.
    this.options.wire.forget(this.partition)
    this.held.release(this.options.line, this.options.library)
  }

  /**
   * Take the next batch through the line and commit what follows.
   * @param stopping when it ends while records are waited for, or the run is closed, the step ends with null
   */
  async step(stopping: Ending): Promise<StepReport | null> {
    const batch = await stopping.before(this.ownership.next(this.next, this.pace.recordsMax))
    return batch && this.take(batch, stopping)
  }

  /** As `step`, for a batch at hand. */
  private async take(batch: RecordBatch, stopping: Ending): Promise<StepReport | null> {
    const { records } = batch
    const decided = this.next >= this.position ? await this.decide(records[0].offset) : []
    // Closed while that was looked up: there is no memory left to advance.
    if (this.closing.signal.aborted) return null
    const rewind = decided.findLast((decision) => decision.kind === 'rewind')
    if (rewind?.kind === 'rewind') {
      this.options.onRewind?.(this.partition, rewind)
      const stopped = new AbortController()
      const forget = stopping.whenEnded(() => stopped.abort())
      const either = AbortSignal.any([stopped.signal, this.closing.signal])
      const history = await this.history()
      const states = await rewindStates(this.around, history, rewind, either).finally(forget)
      // Nothing of it is in the log yet: whoever restores this partition decides it anew.
      if (states === null) return null
      this.adopt(states, rewind.offset)
    }
    this.recorded.push(...decided)
    this.decisions.push(...decided)
    const outcome = new BatchOutcome(this.position)
    const { line, library, clock } = this.options
    const fromMs = clock.now()
    advanceDecided(line, library, this.state, this.decisions, records, outcome)
    this.pace.took(records.length, clock.now() - fromMs)
    for (const state of outcome.dirtied) this.queue.add(state, clock.now())
    this.next = records[records.length - 1].offset + 1
    const consumed = records.filter((record) => record.offset >= this.position)
    if (this.next > this.position) {
      this.before = markRecord(records[records.length - 1])
      const writes = outcomeWrites(this.options, this.partition, outcome, decided)
      const now = clock.now()
      const { manifests, chunks } = await this.snapshots.writes(this.state, this.next, now)
      if (chunks.length > 0) writes.push({ topic: this.options.topics.snapshots, records: chunks })
      await this.commit(writes, this.next, this.due(now), manifests)
    }
    return { batch, outcome, consumed }
  }

  /** Save every state that has changed. */
  async flush(): Promise<void> {
    if (this.next < this.position) return
    while (this.queue.size > 0) {
      const some = this.queue.due(Number.POSITIVE_INFINITY, this.flushedAtOnce)
      await this.commit([], this.position, some)
    }
  }

  /** Go on with states that were computed anew, all of which have to be saved. @param offset of the next record */
  adopt(states: PartitionState, offset: Offset): void {
    const { line, library, clock } = this.options
    if (states !== this.held) {
      states.streamTimeMs = Math.max(states.streamTimeMs, this.held.streamTimeMs)
      this.held.release(line, library)
      this.held = states
    }
    this.queue = new FlushQueue()
    for (const series of states.series.values()) {
      series.dirtyFrom = offset
      this.queue.add(series, clock.now())
    }
    this.snapshots.abandon()
  }

  private async history(): Promise<PartitionHistory> {
    const { log, inputTopic } = this.around
    const { partition, position, since, before } = this
    const { fingerprint } = this.options.line
    return {
      ...{ partition, snapshots: this.snapshots.usable, decisions: this.recorded },
      position: {
        position,
        replayFrom: position,
        fingerprint,
        since,
        before,
        streamTimeMs: null,
        standing: null,
      },
      input: await log.bounds(inputTopic, partition),
    }
  }

  /** Turn what the weights topic and the control topic ask for into decisions that take effect at `offset`. */
  private async decide(offset: Offset): Promise<Decision[]> {
    const { library, decides } = this.options
    const decided: Decision[] = []
    if (!decides) return decided
    for (const { offset: influence, kind, version } of library.influences) {
      if (influence <= this.influencesTaken) continue
      decided.push({ offset, kind, version, influence })
      this.influencesTaken = influence
    }
    const { control } = this.options
    if (control?.all.some((request) => request.offset > this.controlTaken)) {
      const found = decideControl(control, this.controlTaken, offset, await this.history())
      decided.push(...found.decisions)
      this.controlTaken = found.taken
      if (found.refused) this.options.onRewind?.(this.partition, null)
    }
    return decided
  }

  private get flushedAtOnce(): number {
    return Math.max(1, Math.floor(FLUSH_BYTES_MAX / this.options.line.stateBytes))
  }

  /** States to be saved with a commit now. */
  private due(nowMs: number): Set<SeriesState> {
    const { flushAfterMs, flushLimits } = this.options
    const overdue = this.queue.due(nowMs - flushLimits.withinMs, this.flushedAtOnce).size
    const countMax = Math.min(this.flushedAtOnce, Math.max(overdue, this.flushPace.allowed(nowMs)))
    const due = this.queue.due(nowMs - flushAfterMs, countMax)
    this.flushPace.saved(due.size)
    return due
  }

  /** One commit: `writes`, the states to be `saved`, other `records` of the state topic, and the position. */
  private async commit(
    writes: Writes,
    position: Offset,
    saved: ReadonlySet<SeriesState>,
    records: readonly NewRecord[] = [],
  ): Promise<void> {
    const { line, wire, topics } = this.options
    const replayFrom = this.queue.replayFrom(position, saved)
    const states: NewRecord[] = [...records]
    for (const state of saved) states.push(wire.series(this.partition, state, line))
    const { since, before } = this
    const { streamTimeMs } = this.state
    states.push(
      wire.position(this.partition, {
        ...{ position, replayFrom, fingerprint: line.fingerprint, since, before },
        streamTimeMs: Number.isFinite(streamTimeMs) ? streamTimeMs : null,
        standing: this.state.standingAt(replayFrom),
      }),
    )
    await this.ownership.commit(
      [...writes, { topic: topics.state, records: states, order: 'last' }],
      position,
    )
    // After the end, the memory may be another run's.
    if (!this.closing.signal.aborted) wire.recycle(this.partition)
    this.queue.clean(saved)
    this.position = position
  }
}

/** What a batch led to, as records for their topics. */
function outcomeWrites(
  { wire, topics, publish }: PartitionRunOptions,
  partition: number,
  outcome: BatchOutcome,
  decided: readonly Decision[],
): Write[] {
  // An output that obeys a decision is never there without it.
  const records = decided.map((it) => wire.decision(partition, it))
  const decisions: Write = { topic: topics.decisions, records, order: 'first' }
  if (!publish) return [decisions]
  const outcomes = outcomeRecords(wire, partition, outcome)
  const writes: Write[] = OUTCOME_TOPICS.map((name) => ({ topic: topics[name], records: outcomes[name] }))
  writes.push(decisions)
  return writes.filter((write) => write.records.length > 0)
}
