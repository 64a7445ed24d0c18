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

/** How far the reading of the state topic is, in offsets. */
export type RestoreProgress = (done: number, total: number) => void

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
 */
export async function restorePartition(
  log: Log,
  ownership: Ownership,
  inputTopic: string,
  options: PartitionRunOptions,
  onProgress: RestoreProgress = () => undefined,
): Promise<Restored> {
  const { partition } = ownership
  const { line, library } = options
  const saved = await readStates(log, ownership, options, onProgress)
  const before = saved.position?.before ?? null
  if (before) await checkMark(log, inputTopic, partition, before)
  const { start } = await log.bounds(inputTopic, partition)
  const position = saved.position?.position ?? start
  const rebuilt = saved.position !== null && saved.position.fingerprint !== line.fingerprint
  const replayFrom = rebuilt ? start : (saved.position?.replayFrom ?? start)

  const decisions = await readDecisions(log, ownership, options)
  const snapshots = new SnapshotWriter(
    {
      ...{ line, wire: options.wire, policy: options.snapshots },
      endOfChunks: async () => (await log.bounds(options.topics.snapshots, partition)).end,
    },
    [...saved.snapshots.values()],
  )
  const since = rebuilt ? start : (saved.position?.since ?? start)
  const around = {
    log,
    line,
    wire: options.wire,
    library,
    inputTopic,
    snapshotsTopic: options.topics.snapshots,
    breathe: () => options.clock.sleep(0),
  }
  // A rewind of which not every state was saved, or of another layout, is carried out once more.
  const rewind = decisions.findLast((decision) => decision.kind === 'rewind')
  const redone = rewind?.kind === 'rewind' && (rebuilt || rewind.offset >= replayFrom) ? rewind : null
  let state: PartitionState
  let later: Decision[]
  if (redone) {
    const { end } = await log.bounds(inputTopic, partition)
    const position = saved.position && { ...saved.position, since }
    const history = { partition, position, snapshots: snapshots.usable, decisions, input: { start, end } }
    state = (await rewindStates(around, history, redone, new AbortController().signal))!
    later = decisions.filter(({ offset }) => offset >= redone.offset)
  } else {
    const passed = (version: number) => library.isUnfit(version)
    const standing = rebuilt ? null : saved.position?.standing
    state = PartitionState.at(partition, library, standing ?? standingAt(decisions, replayFrom, passed))
    state.masked = maskedAt(decisions, replayFrom)
    if (!rebuilt) {
      for (const [id, bytes] of saved.series) state.series.set(id, options.wire.readSeries(id, bytes, line))
    }
    later = decisions.filter(({ offset }) => offset > replayFrom)
  }
  if (!rebuilt) state.streamTimeMs = saved.position?.streamTimeMs ?? state.streamTimeMs
  const next = redone?.offset ?? replayFrom
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

async function readStates(
  log: Log,
  ownership: Ownership,
  { wire, topics }: PartitionRunOptions,
  onProgress: RestoreProgress,
): Promise<SavedPartition> {
  const saved = new SavedPartition()
  for await (const { records } of readSettled(log, ownership, topics.state, onProgress)) {
    saved.take(wire, records)
  }
  return saved
}

async function readDecisions(
  log: Log,
  ownership: Ownership,
  { wire, topics }: PartitionRunOptions,
): Promise<Decision[]> {
  const decisions: Decision[] = []
  for await (const batch of readSettled(log, ownership, topics.decisions)) {
    for (const { value } of batch.records) if (value) decisions.push(wire.readDecision(value))
  }
  return decisions
}

/** All that earlier owners committed, and nothing that they could still be committing. */
async function* readSettled(
  log: Log,
  ownership: Ownership,
  topic: string,
  onProgress: RestoreProgress = () => undefined,
) {
  const end = await ownership.settle(topic)
  const { start } = await log.bounds(topic, ownership.partition)
  if (end <= start) return
  for await (const batch of log.read(topic, ownership.partition, start, end)) {
    yield batch
    onProgress(batch.records[batch.records.length - 1].offset + 1 - start, end - start)
  }
}
