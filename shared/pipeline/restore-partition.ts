import { RetentionGapError } from '#shared/log/errors'
import type { Log, Ownership } from '#shared/log/port'
import { maskedAt } from './choose-rewind.js'
import type { Decision } from './decision.js'
import { rewindStates } from './partition-replay.js'
import { PartitionRun, type PartitionRunOptions } from './partition-run.js'
import { PartitionState } from './partition-state.js'
import { checkMark } from './record-mark.js'
import { SavedPartition } from './saved-partition.js'
import { SnapshotWriter } from './snapshot-writer.js'
import { standingAt } from './standing.js'

/** Who waits for a restore. */
export interface RestoreWaiting {
  /** Told how far the reading of the state topic is, in offsets. */
  readonly onProgress?: (done: number, total: number) => void
  /** When it aborts nobody waits any more: what the restore holds is given back, and it rejects with the signal's reason. */
  readonly signal?: AbortSignal
}

export interface Restored {
  readonly run: PartitionRun
  readonly series: number
  /** Records to go through once more before the first new one. */
  readonly replay: number
  /** The saved states have another layout: everything is computed again from the start of the input. */
  readonly rebuilt: boolean
}

/**
 * Bring an owned partition to where its last commit left it: saved states, decisions, position.
 *
 * States may be older than the position. The run then reads again from `replayFrom`, obeying the recorded decisions at
 * their offsets, skipping what each state has already seen, and publishing nothing before the position.
 * @throws TopicRecreatedError when the input is not what was read before
 * @throws RetentionGapError when records that were not read, or have to be read again, were deleted
 * @throws CorruptStateError
 */
export async function restorePartition(
  log: Log,
  ownership: Ownership,
  inputTopic: string,
  options: PartitionRunOptions,
  { onProgress, signal = new AbortController().signal }: RestoreWaiting = {},
): Promise<Restored> {
  const { partition } = ownership
  const { line, library, wire, topics } = options
  const saved = new SavedPartition()
  for await (const { records } of readSettled(log, ownership, topics.state, signal, onProgress)) {
    saved.take(wire, records)
  }
  const before = saved.position?.before ?? null
  if (before) await checkMark(log, inputTopic, partition, before)
  const { start } = await log.bounds(inputTopic, partition)
  const position = saved.position?.position ?? start
  const rebuilt = saved.position !== null && saved.position.fingerprint !== line.fingerprint
  const replayFrom = rebuilt ? start : (saved.position?.replayFrom ?? start)

  const decisions: Decision[] = []
  for await (const { records } of readSettled(log, ownership, topics.decisions, signal)) {
    for (const { value } of records) if (value) decisions.push(wire.readDecision(value))
  }
  const snapshots = new SnapshotWriter(
    {
      ...{ line, wire, policy: options.snapshots },
      endOfChunks: async () => (await log.bounds(topics.snapshots, partition)).end,
    },
    [...saved.snapshots.values()],
  )
  const since = rebuilt ? start : (saved.position?.since ?? start)
  const around = {
    ...{ log, line, wire, library, inputTopic, snapshotsTopic: topics.snapshots },
    breathe: () => options.clock.sleep(0),
  }
  // A rewind of which not every state was saved, or of another layout, is carried out once more.
  const rewind = decisions.findLast((decision) => decision.kind === 'rewind')
  const redone = rewind?.kind === 'rewind' && (rebuilt || rewind.offset >= replayFrom) ? rewind : null
  const next = redone?.offset ?? replayFrom
  // Said here, where it is known which of them had been read.
  if (next < start) throw RetentionGapError.at(inputTopic, partition, { from: next, position, start })
  let state: PartitionState
  let later: Decision[]
  if (redone) {
    const { end } = await log.bounds(inputTopic, partition)
    const position = saved.position && { ...saved.position, since }
    const history = { partition, position, snapshots: snapshots.usable, decisions, input: { start, end } }
    const rewound = await rewindStates(around, history, redone, signal)
    if (rewound === null) throw signal.reason
    state = rewound
    later = decisions.filter(({ offset }) => offset >= redone.offset)
  } else {
    const passed = (version: number) => library.isUnfit(version)
    const standing = rebuilt ? null : saved.position?.standing
    state = PartitionState.at(partition, library, standing ?? standingAt(decisions, replayFrom, passed))
    state.masked = maskedAt(decisions, replayFrom)
    if (!rebuilt) {
      for (const [id, bytes] of saved.series) state.series.set(id, wire.readSeries(id, bytes, line))
    }
    later = decisions.filter(({ offset }) => offset > replayFrom)
  }
  if (!rebuilt) state.streamTimeMs = saved.position?.streamTimeMs ?? state.streamTimeMs
  const influencesTaken = decisions.reduce(
    (last, it) => ('influence' in it ? Math.max(last, it.influence) : last),
    -1,
  )
  const run = new PartitionRun(
    ...([options, ownership, state, next, position, decisions, later] as const),
    ...([influencesTaken, before, since, snapshots, around] as const),
  )
  if (redone) run.adopt(state, redone.offset)
  return { run, series: state.series.size, replay: Math.max(0, position - next), rebuilt }
}

/** All that earlier owners committed, and nothing that they could still be committing. */
async function* readSettled(
  log: Log,
  ownership: Ownership,
  topic: string,
  signal: AbortSignal,
  onProgress: RestoreWaiting['onProgress'] = () => undefined,
) {
  const end = await ownership.settle(topic)
  const { start } = await log.bounds(topic, ownership.partition)
  if (end > start) {
    for await (const batch of log.read(topic, ownership.partition, start, end, signal)) {
      yield batch
      onProgress(batch.records[batch.records.length - 1].offset + 1 - start, end - start)
    }
  }
  // What was read until then is not all of it.
  signal.throwIfAborted()
}
