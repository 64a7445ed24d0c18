import type { Bounds, Log, Offset, Topic } from '#shared/log/port'
import type { Decision } from './decision.js'
import type { ForecastLine } from './forecast-line.js'
import { SavedPartition } from './saved-partition.js'
import type { Snapshot } from './snapshot.js'
import type { PartitionPosition, Wire } from './wire.js'

/** From where on the states of an offset can be computed. */
export interface ReplayStart {
  /** First record to read. */
  readonly from: Offset
  /** null: from no states at all. */
  readonly snapshot: Snapshot | null
}

/** What the log holds of a partition's past, read without owning it. */
export interface PartitionHistory {
  readonly partition: number
  /** null when nothing was ever forecast here. */
  readonly position: PartitionPosition | null
  /** That can be read, oldest first. */
  readonly snapshots: readonly Snapshot[]
  /** By rising offset. */
  readonly decisions: readonly Decision[]
  /** Of the input now. */
  readonly input: Bounds
}

/** @param topics of the input and of the pipeline */
export async function readPartitionHistory(
  log: Log,
  topics: { readonly input: Topic; readonly state: Topic; readonly decisions: Topic },
  partition: number,
  { wire, line }: { readonly wire: Wire; readonly line: ForecastLine },
): Promise<PartitionHistory> {
  const saved = new SavedPartition(false)
  for await (const { records } of readAll(log, topics.state, partition)) saved.take(wire, records)
  // After the position, so that none is missing that was obeyed before it.
  const decisions: Decision[] = []
  for await (const { records } of readAll(log, topics.decisions, partition)) {
    for (const { value } of records) if (value) decisions.push(wire.readDecision(value))
  }
  const input = await log.bounds(topics.input, partition)
  const snapshots = [...saved.snapshots.values()]
    .filter(({ status, fingerprint }) => status === 'complete' && fingerprint === line.fingerprint)
    .sort((a, b) => a.until - b.until)
  return { partition, position: saved.position, snapshots, decisions, input }
}

/** Where to start reading so that the states of `offset` come out; null when that was deleted. */
export function replayStart(history: PartitionHistory, offset: Offset): ReplayStart | null {
  const { snapshots, input, position } = history
  const snapshot = snapshots.findLast(({ from, until }) => until <= offset && from >= input.start)
  if (snapshot) return { from: snapshot.from, snapshot }
  const since = position?.since ?? input.start
  return input.start <= since ? { from: since, snapshot: null } : null
}

/** The first offset whose states can be computed; null when there is none. */
export function earliestReplay(history: PartitionHistory): Offset | null {
  const { snapshots, input, position } = history
  const since = position?.since ?? input.start
  if (input.start <= since) return since
  return snapshots.find(({ from }) => from >= input.start)?.until ?? null
}

async function* readAll(log: Log, topic: Topic, partition: number) {
  const { start, end } = await log.bounds(topic, partition)
  if (end > start) yield* log.read(topic, partition, start, end)
}
