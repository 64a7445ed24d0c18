import type { Clock } from '#shared/clock/clock'
import type { LogRecord, NewRecord, Offset, Ownership, RecordBatch, Write, Writes } from '#shared/log/port'
import { advance } from './advance.js'
import { BatchOutcome } from './batch-outcome.js'
import { BatchPace } from './batch-pace.js'
import type { Decision } from './decision.js'
import { FlushQueue } from './flush-queue.js'
import type { ForecastLine } from './forecast-line.js'
import { obeyDecision } from './obey-decision.js'
import type { PartitionState } from './partition-state.js'
import { markRecord } from './record-mark.js'
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
}

export interface PartitionRunOptions {
  readonly line: ForecastLine
  readonly wire: Wire
  readonly library: WeightsLibrary
  readonly topics: OutputTopics
  /** Paces batches and the saving of states, on which nothing depends that is published. */
  readonly clock: Clock
  readonly batchMax: number
  readonly flushAfterMs: number
  /** Serve this version whatever the weights topic says. */
  readonly pinnedVersion: number | null
  /** False for a replay: it obeys the decisions that were recorded, and nothing that the weights topic asks for besides. */
  readonly decides: boolean
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
  private readonly queue = new FlushQueue()
  private readonly pace: BatchPace

  /**
   * @param next offset of the next record to read
   * @param position offset up to which outcomes are in the log; `next` is before it after a restore
   * @param decisions those already recorded, by rising offset
   * @param influencesTaken weights records up to this offset were obeyed
   * @param before the last record before `position`
   */
  constructor(
    private readonly options: PartitionRunOptions,
    private readonly ownership: Ownership,
    readonly state: PartitionState,
    private next: Offset,
    private position: Offset,
    private readonly decisions: Decision[],
    private influencesTaken: Offset,
    private before: RecordMark | null,
  ) {
    this.pace = new BatchPace(options.batchMax)
  }

  get partition(): number {
    return this.state.partition
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
    const { line, library } = this.options
    for (const series of this.state.series.values()) line.release(series)
    for (const slot of [this.state.serving, this.state.shadow])
      if (slot) library.release(slot.weights.version)
    this.state.series.clear()
  }

  /**
   * Take the next batch through the line and commit what follows.
   * @param stopped when it resolves while waiting for records, the step ends with null
   */
  async step(stopped: Promise<void>): Promise<StepReport | null> {
    const waiting = this.ownership.next(this.next, this.pace.recordsMax)
    waiting.catch(() => undefined)
    const batch = await Promise.race([waiting, stopped.then(() => null)])
    if (!batch) return null
    return this.take(batch)
  }

  /** As `step`, for a batch at hand. */
  async take(batch: RecordBatch): Promise<StepReport> {
    const { records } = batch
    const decided = this.next >= this.position ? this.decide(records[0].offset) : []
    const { clock } = this.options
    const fromMs = clock.now()
    const outcome = this.advanceThrough(records)
    this.pace.took(records.length, clock.now() - fromMs)
    this.next = records[records.length - 1].offset + 1
    const consumed = records.filter((record) => record.offset >= this.position)
    if (this.next > this.position) {
      this.before = markRecord(records[records.length - 1])
      const writes = outcomeWrites(this.options, this.partition, outcome, decided)
      await this.commit(writes, this.next, this.options.clock.now() - this.options.flushAfterMs)
    }
    return { batch, outcome, consumed }
  }

  /** Save every state that has changed. */
  async flush(): Promise<void> {
    if (this.next < this.position) return
    while (this.queue.size > 0) await this.commit([], this.position, Number.POSITIVE_INFINITY)
  }

  /** Turn what the weights topic asks for into decisions that take effect at `offset`. */
  private decide(offset: Offset): Decision[] {
    const { library, pinnedVersion, decides } = this.options
    const decided: Decision[] = []
    if (!decides) return decided
    if (pinnedVersion !== null) {
      if (this.state.serving.weights.version !== pinnedVersion && library.has(pinnedVersion)) {
        decided.push({ offset, kind: 'pin', version: pinnedVersion, influence: -1 })
      }
    } else {
      for (const influence of library.influences) {
        if (influence.offset <= this.influencesTaken) continue
        decided.push({
          offset,
          kind: influence.kind,
          version: influence.version,
          influence: influence.offset,
        })
        this.influencesTaken = influence.offset
      }
    }
    this.decisions.push(...decided)
    return decided
  }

  /** Advance, splitting the batch wherever a decision takes effect. */
  private advanceThrough(records: readonly LogRecord[]): BatchOutcome {
    const outcome = new BatchOutcome(this.position)
    let from = 0
    while (from < records.length) {
      while (this.decisions.length > 0 && this.decisions[0].offset <= records[from].offset) {
        obeyDecision(this.state, this.options.library, this.decisions.shift() as Decision)
      }
      const border = this.decisions[0]?.offset ?? Number.POSITIVE_INFINITY
      let to = from
      while (to < records.length && records[to].offset < border) to++
      advance(this.options.line, this.state, records.slice(from, to), outcome)
      from = to
    }
    const now = this.options.clock.now()
    for (const state of outcome.dirtied) this.queue.add(state, now)
    return outcome
  }

  /** One commit: `writes`, the states that have waited since before `sinceMs`, and the position. */
  private async commit(writes: Writes, position: Offset, sinceMs: number): Promise<void> {
    const { line, wire, topics } = this.options
    const bytesPerState = line.stateBytes
    const saved = this.queue.due(sinceMs, Math.max(1, Math.floor(FLUSH_BYTES_MAX / bytesPerState)))
    const replayFrom = this.queue.replayFrom(position, saved)
    const states: NewRecord[] = []
    for (const state of saved) states.push(wire.series(this.partition, state, line))
    const { fingerprint } = line
    states.push(wire.position(this.partition, { position, replayFrom, fingerprint, before: this.before }))
    await this.ownership.commit(
      [...writes, { topic: topics.state, records: states, order: 'last' }],
      position,
    )
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
): Writes {
  const records = decided.map((it) => wire.decision(partition, it))
  // An output that obeys a decision is never there without it.
  const decisions: Write = { topic: topics.decisions, records, order: 'first' }
  if (!publish) return [decisions]
  const writes: Write[] = [
    { topic: topics.forecasts, records: outcome.forecasts.map((it) => wire.forecast(partition, it)) },
    { topic: topics.scores, records: outcome.scores.map((it) => wire.score(partition, it)) },
    { topic: topics.lifecycle, records: outcome.lifecycle.map((it) => wire.lifecycle(partition, it)) },
    { topic: topics.deadLetters, records: outcome.deadLetters.map((it) => wire.deadLetter(partition, it)) },
    decisions,
  ]
  return writes.filter((write) => write.records.length > 0)
}
