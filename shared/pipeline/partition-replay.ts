import { RetentionGapError } from '#shared/log/errors'
import type { Log, Offset, Topic } from '#shared/log/port'
import { advanceDecided } from './advance-decided.js'
import { BatchOutcome } from './batch-outcome.js'
import type { ForecastLine } from './forecast-line.js'
import { obeyDecision } from './obey-decision.js'
import { type PartitionHistory, replayStart } from './partition-history.js'
import { PartitionState } from './partition-state.js'
import { readSnapshot } from './read-snapshot.js'
import type { WeightsLibrary } from './weights-library.js'
import type { Wire } from './wire.js'

export interface ReplaySurroundings {
  readonly log: Log
  readonly line: ForecastLine
  readonly wire: Wire
  readonly library: WeightsLibrary
  readonly inputTopic: Topic
  readonly snapshotsTopic: Topic
}

/** What some records led to. */
export interface ReplayStep {
  /** Records that were read. */
  readonly records: number
  /** Offset after the last of them. */
  readonly next: Offset
  readonly outcome: BatchOutcome
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
  const { log, line, wire, library, inputTopic } = around
  const { partition } = history
  const start = replayStart(history, from)
  if (start === null) throw gap(inputTopic, partition, from, history.input.start)
  const state = new PartitionState(partition, { weights: library.acquire(0), lane: 0 })
  try {
    if (start.snapshot) await readSnapshot(log, around.snapshotsTopic, start.snapshot, state, { wire, line })
    const decisions = history.decisions.filter(({ offset }) => offset > start.from)
    for (const decision of history.decisions) {
      if (decision.offset <= start.from) obeyDecision(state, library, decision)
    }
    let next = start.from
    for await (const { records } of log.read(inputTopic, partition, start.from, to, signal)) {
      if (records[0].offset > next) {
        const { start: kept } = await log.bounds(inputTopic, partition)
        if (kept > next) throw gap(inputTopic, partition, next, kept)
      }
      const outcome = new BatchOutcome(from)
      advanceDecided(line, library, state, decisions, records, outcome)
      next = records[records.length - 1].offset + 1
      yield { records: records.length, next, outcome }
    }
  } finally {
    state.release(line, library)
  }
}

function gap(topic: Topic, partition: number, from: Offset, kept: Offset): RetentionGapError {
  return new RetentionGapError(
    `Partition ${partition} of ${topic} begins at offset ${kept}: the records before it, which a replay from ${from} on needs, were deleted.`,
  )
}
