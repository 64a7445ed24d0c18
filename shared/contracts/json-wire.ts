import { z } from 'zod'
import type { Forecast } from '#shared/forecast/forecast'
import type { Score } from '#shared/forecast/score'
import type { NewRecord } from '#shared/log/port'
import type { DeadLetter, Lifecycle } from '#shared/pipeline/batch-outcome'
import type { ControlRecord } from '#shared/pipeline/control-requests'
import type { Decision } from '#shared/pipeline/decision'
import type { ForecastLine } from '#shared/pipeline/forecast-line'
import type { Snapshot, SnapshotChunk } from '#shared/pipeline/snapshot'
import type { PartitionPosition, StateRecord, WeightsRecord, Wire } from '#shared/pipeline/wire'
import { NO_LANE, type SeriesState } from '#shared/series-state/series-state'
import { readControlRecord } from './control.js'
import { decisionRecord, readDecisionRecord } from './decision.js'
import { type OutputOptions, OutputRecords } from './output-records.js'
import {
  contestMessage,
  forgottenMessage,
  pinMessage,
  promotionMessage,
  rejectionMessage,
} from './promotion.js'
import { CorruptStateError, decodeSeriesState, encodeSeriesState, type SavedLane } from './series-state.js'
import {
  encodeSnapshotEntry,
  noSnapshotRecord,
  readSnapshotChunk,
  readSnapshotEntries,
  readSnapshotMessage,
  SNAPSHOT_KEY,
  snapshotChunkRecord,
  snapshotRecord,
} from './snapshot.js'
import { standingFigures } from './standing.js'
import { isTrainingRecord } from './training-records.js'
import { decodeWeights } from './weights.js'

const utf8 = new TextEncoder()
const text = new TextDecoder()

const offset = z.int().gte(-1)
const positionRecord = z.strictObject({
  schema: z.literal('foretide.position/1'),
  position: offset,
  replayFrom: offset,
  fingerprint: z.string(),
  /** Older records have neither. */
  since: offset.default(0),
  streamTimeMs: z.number().nullable().default(null),
  /** Records that were written before there was one have none. */
  before: z
    .strictObject({ offset, timestamp: z.number(), checksum: z.number().int().nonnegative() })
    .nullable()
    .default(null),
  standing: standingFigures.nullable().default(null),
})

/** Series may have any name, so keys of the state topic say what they name. */
const POSITION_KEY = 'position'
const SERIES_KEY = 'series:'

/** The series that a record of the state topic is of; null for any other record. */
export function seriesOfStateKey(key: Uint8Array | null): string | null {
  const name = key ? text.decode(key) : ''
  return name.startsWith(SERIES_KEY) ? name.slice(SERIES_KEY.length) : null
}

/** The line's records as JSON (states as binary), one writer per partition. */
export class JsonWire implements Wire {
  private readonly outputs = new Map<number, OutputRecords>()

  constructor(private readonly options: OutputOptions) {}

  private of(partition: number): OutputRecords {
    let records = this.outputs.get(partition)
    if (!records) {
      records = new OutputRecords(this.options, partition)
      this.outputs.set(partition, records)
    }
    return records
  }

  forecast(partition: number, forecast: Forecast): NewRecord {
    return this.of(partition).forecast(forecast)
  }

  score(partition: number, score: Score): NewRecord {
    return this.of(partition).score(score)
  }

  lifecycle(partition: number, lifecycle: Lifecycle): NewRecord {
    return this.of(partition).lifecycle(lifecycle)
  }

  deadLetter(partition: number, deadLetter: DeadLetter): NewRecord {
    return this.of(partition).deadLetter(deadLetter)
  }

  recycle(partition: number): void {
    this.outputs.get(partition)?.recycle()
  }

  forget(partition: number): void {
    this.outputs.delete(partition)
  }

  decision(partition: number, decision: Decision): NewRecord {
    return decisionRecord(partition, decision)
  }

  position(partition: number, position: PartitionPosition): NewRecord {
    const value = { schema: 'foretide.position/1', ...position }
    return record(partition, POSITION_KEY, utf8.encode(JSON.stringify(value)))
  }

  series(partition: number, state: SeriesState, line: ForecastLine): NewRecord {
    return record(partition, SERIES_KEY + state.id, encodeSeries(state, line))
  }

  snapshot(partition: number, snapshot: Snapshot): NewRecord {
    return snapshotRecord(partition, snapshot)
  }

  noSnapshot(partition: number, id: string): NewRecord {
    return noSnapshotRecord(partition, id)
  }

  snapshotEntry(state: SeriesState, line: ForecastLine): Uint8Array {
    return encodeSnapshotEntry(state.id, encodeSeries(state, line))
  }

  snapshotChunk(partition: number, chunk: SnapshotChunk): NewRecord {
    return snapshotChunkRecord(partition, chunk)
  }

  readSnapshotChunk(key: Uint8Array | null, value: Uint8Array | null): SnapshotChunk | null {
    return readSnapshotChunk(key, value)
  }

  readSnapshotEntries(bytes: Uint8Array) {
    return readSnapshotEntries(bytes)
  }

  readDecision(value: Uint8Array): Decision {
    return readDecisionRecord(value)
  }

  readState(key: Uint8Array | null, value: Uint8Array | null): StateRecord | null {
    const name = key ? text.decode(key) : ''
    if (name.startsWith(SNAPSHOT_KEY)) {
      const id = name.slice(SNAPSHOT_KEY.length)
      return { kind: 'snapshot', id, snapshot: value && readSnapshotMessage(value) }
    }
    if (!value) return null
    if (name === POSITION_KEY) {
      const { schema: _, ...position } = parse(positionRecord, value, 'a position')
      return { kind: 'position', position }
    }
    if (!name.startsWith(SERIES_KEY))
      throw new CorruptStateError(`the state topic has an unknown key \`${name}\``)
    return { kind: 'series', id: name.slice(SERIES_KEY.length), bytes: value }
  }

  readSeries(id: string, bytes: Uint8Array, line: ForecastLine): SeriesState {
    const saved = decodeSeriesState(bytes, (firstOffset) => line.createSeries(id, firstOffset))
    const { state, hidden } = saved
    for (const lane of [0, 1] as const) {
      const values = hidden[lane]
      if (values === null) continue
      state.lanes[lane] = line.engine.allocate(values.shape)
      line.engine.write(state.lanes[lane], values.values)
    }
    line.regressions.restore(state, saved.regressions)
    return state
  }

  readControl(key: Uint8Array | null, value: Uint8Array | null): ControlRecord | null {
    return readControlRecord(key, value)
  }

  readWeights(value: Uint8Array | null): WeightsRecord | null {
    if (!value) return null
    // The schema stands first, so that a net of megabytes is not parsed to learn what it is.
    const start = text.decode(value.subarray(0, 40))
    if (start.includes('foretide.promotion/')) {
      const { version, cause = 'contest' } = parse(promotionMessage, value, 'a promotion')
      return { kind: 'promote', version, cause }
    }
    if (start.includes('foretide.rejection/')) {
      return { kind: 'reject', version: parse(rejectionMessage, value, 'a rejection').version }
    }
    if (start.includes('foretide.pin/')) {
      const { version, configured = false } = parse(pinMessage, value, 'a pin')
      return { kind: 'pin', version, configured }
    }
    if (start.includes('foretide.forgotten/')) {
      return { kind: 'forget', versions: parse(forgottenMessage, value, 'what is forgotten').versions }
    }
    if (start.includes('foretide.contest/')) {
      const { schema: _, ...contest } = parse(contestMessage, value, 'a contest')
      return { kind: 'contest', contest }
    }
    if (isTrainingRecord(value)) return null
    const weights = decodeWeights(value)
    return { kind: 'challenge', version: weights.manifest.version, weights }
  }
}

function encodeSeries(state: SeriesState, line: ForecastLine): Uint8Array {
  const [first, second] = state.lanes.map(
    (lane): SavedLane =>
      lane === NO_LANE ? null : { shape: line.engine.hiddenShape(lane), values: line.engine.read(lane) },
  )
  return encodeSeriesState(state, [first!, second!], line.regressions.save(state))
}

function record(partition: number, key: string, value: Uint8Array): NewRecord {
  return { partition, key: utf8.encode(key), value, headers: [], timestamp: 0 }
}

function parse<T>(schema: z.ZodType<T>, value: Uint8Array, what: string): T {
  try {
    return schema.parse(JSON.parse(text.decode(value)))
  } catch (cause) {
    throw new CorruptStateError(`${what} in the log cannot be read`, { cause })
  }
}
