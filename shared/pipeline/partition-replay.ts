import { RetentionGapError } from '#shared/log/errors'
import type { Log, Offset, Topic } from '#shared/log/port'
import { advanceDecided } from './advance-decided.js'
import { BatchOutcome } from './batch-outcome.js'
import { maskedAt } from './choose-rewind.js'
import type { Decision, RewindDecision } from './decision.js'
import type { ForecastLine } from './forecast-line.js'
import { obeyDecision } from './obey-decision.js'
import { type PartitionHistory, replayStart } from './partition-history.js'
import { PartitionState } from './partition-state.js'
import { readSnapshot } from './read-snapshot.js'
import { standingAt } from './standing.js'
import type { WeightsLibrary } from './weights-library.js'
import type { Wire } from './wire.js'

export interface ReplaySurroundings {
  readonly log: Log
  readonly line: ForecastLine
  readonly wire: Wire
  readonly library: WeightsLibrary
  readonly inputTopic: Topic
  readonly snapshotsTopic: Topic
  /** Awaited after each batch: a log on this machine answers at once, and would leave nobody else a turn. */
  readonly breathe: () => Promise<void>
}

/** What some records led to. */
export interface ReplayStep {
  /** Records that were read. */
  readonly records: number
  /** Offset after the last of them. */
  readonly next: Offset
  readonly outcome: BatchOutcome
}

/** A partition on its way through its past. A rewind at the very offset where a snapshot was begun came after the snapshot. */
interface Passage {
  state: PartitionState
  /** Offset of the next record. */
  at: Offset
  /** By rising offset, those that were obeyed left out. */
  decisions: Decision[]
}

/**
 * Run a range of a partition again, as it was decided then: from the nearest snapshot before it, or from the beginning,
 * silently up to `from`, and with every outcome from there to `to`.
 * @throws RetentionGapError when records that it needs were deleted
 */
export async function* replayPartition(
  around: ReplaySurroundings,
  history: PartitionHistory,
  from: Offset,
  to: Offset,
  signal: AbortSignal,
): AsyncGenerator<ReplayStep, void, undefined> {
  const passage = await begin(around, history, from)
  try {
    const rewinds = history.decisions.filter(
      (decision): decision is RewindDecision =>
        decision.kind === 'rewind' && decision.offset >= passage.at && decision.offset < to,
    )
    // What came before a rewind is undone by it.
    const undone = rewinds.findLastIndex(({ offset }) => offset <= from)
    for (const rewind of undone > 0 ? rewinds.slice(undone) : rewinds) {
      if (rewind.offset > from) yield* advanceTo(around, passage, rewind.offset, from, signal)
      const state = signal.aborted ? null : await rewindStates(around, history, rewind, signal)
      if (state === null) return
      passage.state.release(around.line, around.library)
      passage.state = state
      passage.at = rewind.offset
      passage.decisions = history.decisions.filter(({ offset }) => offset >= rewind.offset)
    }
    yield* advanceTo(around, passage, to, from, signal)
  } finally {
    passage.state.release(around.line, around.library)
  }
}

/**
 * The states that a rewind leads to: those of the offset that it goes back to, taken through the records since then with its
 * spans masked. Weights change on the way as they did.
 * @returns null when `signal` aborts
 * @throws RetentionGapError when records that it needs were deleted
 */
export async function rewindStates(
  around: ReplaySurroundings,
  history: PartitionHistory,
  rewind: RewindDecision,
  signal: AbortSignal,
): Promise<PartitionState | null> {
  const before = { ...history, decisions: history.decisions.filter(({ offset }) => offset < rewind.offset) }
  const passage = await statesAt(around, before, rewind.until, signal)
  if (passage === null) return null
  const { state } = passage
  const whole = await goesThrough(around, passage, signal, async () => {
    state.masked = rewind.spans
    // An earlier rewind on the way masked some of the same spans, which are masked all along now.
    passage.decisions = passage.decisions.filter(({ kind }) => kind !== 'rewind')
    for await (const _ of advanceTo(around, passage, rewind.offset, rewind.offset, signal));
    for (const decision of passage.decisions) obeyDecision(state, around.library, decision)
  })
  return whole ? state : null
}

/** The partition as it was before the record at `offset`. */
async function statesAt(
  around: ReplaySurroundings,
  history: PartitionHistory,
  offset: Offset,
  signal: AbortSignal,
): Promise<Passage | null> {
  const passage = await begin(around, history, offset)
  const whole = await goesThrough(around, passage, signal, async () => {
    const rewind = history.decisions.findLast(
      (decision) => decision.kind === 'rewind' && decision.offset >= passage.at && decision.offset < offset,
    )
    if (rewind?.kind === 'rewind') {
      const state = await rewindStates(around, history, rewind, signal)
      if (state === null) return
      passage.state.release(around.line, around.library)
      passage.state = state
      passage.at = rewind.offset
      passage.decisions = history.decisions.filter((decision) => decision.offset >= rewind.offset)
    }
    for await (const _ of advanceTo(around, passage, offset, offset, signal));
  })
  return whole ? passage : null
}

/** Take a passage further; when that fails, or `signal` aborts, its states are given back. @returns whether they are there still */
async function goesThrough(
  { line, library }: ReplaySurroundings,
  passage: Passage,
  signal: AbortSignal,
  work: () => Promise<void>,
): Promise<boolean> {
  let whole = false
  try {
    await work()
    whole = !signal.aborted
  } finally {
    if (!whole) passage.state.release(line, library)
  }
  return whole
}

/** Where a replay of `offset` starts, with the states that it starts with. */
async function begin(
  { log, line, wire, library, inputTopic, snapshotsTopic }: ReplaySurroundings,
  history: PartitionHistory,
  offset: Offset,
): Promise<Passage> {
  const { partition } = history
  const start = replayStart(history, offset)
  if (start === null) throw gap(inputTopic, partition, offset, history.input.start)
  const passed = (version: number) => library.isUnfit(version)
  const standing = standingAt(history.decisions, start.from, passed, start.snapshot)
  const state = PartitionState.at(partition, library, standing)
  state.masked = maskedAt(history.decisions, start.from)
  try {
    if (start.snapshot) await readSnapshot(log, snapshotsTopic, start.snapshot, state, { wire, line })
  } catch (error) {
    state.release(line, library)
    throw error
  }
  return { state, at: start.from, decisions: history.decisions.filter(({ offset: at }) => at > start.from) }
}

/** @param publishFrom outcomes of records before it are left out */
async function* advanceTo(
  { log, line, library, inputTopic, breathe }: ReplaySurroundings,
  passage: Passage,
  to: Offset,
  publishFrom: Offset,
  signal: AbortSignal,
): AsyncGenerator<ReplayStep, void, undefined> {
  const { state } = passage
  const { partition } = state
  if (passage.at >= to) return
  for await (const { records } of log.read(inputTopic, partition, passage.at, to, signal)) {
    if (records[0].offset > passage.at) {
      const { start } = await log.bounds(inputTopic, partition)
      if (start > passage.at) throw gap(inputTopic, partition, passage.at, start)
    }
    const outcome = new BatchOutcome(publishFrom)
    advanceDecided(line, library, state, passage.decisions, records, outcome)
    passage.at = records[records.length - 1].offset + 1
    yield { records: records.length, next: passage.at, outcome }
    await breathe()
    if (signal.aborted) return
  }
}

function gap(topic: Topic, partition: number, from: Offset, kept: Offset): RetentionGapError {
  return new RetentionGapError(
    `Partition ${partition} of ${topic} begins at offset ${kept}: the records before it, which a replay from ${from} on needs, were deleted.`,
  )
}
