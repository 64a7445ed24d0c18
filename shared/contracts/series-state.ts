import { ForetideError } from '#shared/errors/foretide-error'
import type { HiddenShape } from '#shared/recurrent/net-shape'
import type { SavedRegression } from '#shared/regression/regression-arenas'
import type { Observation } from '#shared/series/observation'
import type { SeriesState } from '#shared/series-state/series-state'

/** A saved state, position or decision that cannot be read. */
export class CorruptStateError extends ForetideError {
  readonly code = 'CORRUPT_STATE'
}

/** The part of a saved series that is not an array of numbers. */
interface SeriesHeader {
  readonly firstOffset: number
  readonly lastOffset: number
  /** null before the first observation, which JSON cannot say as −Infinity. */
  readonly lastTimeMs: number | null
  readonly lastIndex: number
  readonly phaseMs: number
  readonly fresh: boolean
  readonly samples: number
  readonly clipRun: number
  readonly laneVersions: readonly [number, number]
  readonly laneSteps: readonly [number, number]
  readonly held: readonly Observation[]
  readonly numbers: number
  /** Hidden shape of each lane; null where the series has none. */
  readonly lanes: readonly [HiddenShape | null, HiddenShape | null]
  /** Features of each regression, and how many numbers it takes; null where the series has none. */
  readonly regressions: readonly ({ readonly features: number; readonly floats: number } | null)[]
}

/** A hidden state and its shape; null where the series has none. */
export type SavedLane = { readonly shape: HiddenShape; readonly values: Float32Array } | null

/** A series as it was saved, before its lanes and regressions have their places in memory again. */
export interface SavedSeries {
  readonly state: SeriesState
  readonly hidden: readonly [SavedLane, SavedLane]
  readonly regressions: readonly (SavedRegression | null)[]
}

const FORMAT = 3
/** Format and length of the header, four bytes each; the numbers then start at a multiple of eight. */
const PREFIX = 8

/**
 * A series' state as bytes: format, length of the header, header as JSON padded to eight bytes, the model's numbers as
 * float64, both hidden states and the regressions as float32, all little endian.
 *
 * @param hidden both lanes' hidden states
 */
export function encodeSeriesState(
  state: SeriesState,
  hidden: readonly [SavedLane, SavedLane],
  regressions: readonly (SavedRegression | null)[],
): Uint8Array {
  const header: SeriesHeader = {
    firstOffset: state.firstOffset,
    lastOffset: state.lastOffset,
    lastTimeMs: Number.isFinite(state.lastTimeMs) ? state.lastTimeMs : null,
    lastIndex: state.lastIndex,
    phaseMs: state.phaseMs,
    fresh: state.fresh,
    samples: state.samples,
    clipRun: state.clipRun,
    laneVersions: state.laneVersions,
    laneSteps: state.laneSteps,
    held: state.held,
    numbers: state.numbers.length,
    lanes: [hidden[0]?.shape ?? null, hidden[1]?.shape ?? null],
    regressions: regressions.map((it) => it && { features: it.features, floats: it.values.length }),
  }
  const text = Buffer.from(JSON.stringify(header))
  const numbersAt = Math.ceil((PREFIX + text.length) / 8) * 8
  const floats = [...hidden, ...regressions].map((saved) => saved?.values ?? new Float32Array(0))
  const floatsAt = numbersAt + state.numbers.byteLength
  const bytes = Buffer.allocUnsafe(floatsAt + floats.reduce((sum, it) => sum + it.byteLength, 0))
  bytes.writeUInt32LE(FORMAT, 0)
  bytes.writeUInt32LE(text.length, 4)
  text.copy(bytes, PREFIX)
  bytes.fill(0x20, PREFIX + text.length, numbersAt)
  bytes.set(asBytes(state.numbers), numbersAt)
  let at = floatsAt
  for (const values of floats) {
    bytes.set(asBytes(values), at)
    at += values.byteLength
  }
  return bytes
}

/**
 * Read a saved state into a newly made series.
 *
 * @param create makes the series that the state belongs to
 * @returns the series, without lanes and regressions, and what these held
 * @throws CorruptStateError when the bytes are not a state of this size
 */
export function decodeSeriesState(
  bytes: Uint8Array,
  create: (firstOffset: number) => SeriesState,
): SavedSeries {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.length < PREFIX || view.readUInt32LE(0) !== FORMAT) {
    throw new CorruptStateError(`a saved series state is not in format ${FORMAT}`)
  }
  const length = view.readUInt32LE(4)
  let header: SeriesHeader
  try {
    header = JSON.parse(view.toString('utf8', PREFIX, PREFIX + length)) as SeriesHeader
  } catch (cause) {
    throw new CorruptStateError('the header of a saved series state is not JSON', { cause })
  }
  const state = create(header.firstOffset)
  const numbersAt = Math.ceil((PREFIX + length) / 8) * 8
  const floatsAt = numbersAt + 8 * header.numbers
  const lengths = [...header.lanes.map(sizeOf), ...header.regressions.map((it) => it?.floats ?? 0)]
  const end = lengths.reduce((sum, floats) => sum + 4 * floats, floatsAt)
  if (header.numbers !== state.numbers.length || view.length !== end) {
    throw new CorruptStateError('a saved series state has another size than this configuration needs')
  }
  // Copied, because a view needs its bytes aligned, and these lie wherever the log put them.
  state.numbers.set(new Float64Array(copy(view, numbersAt, floatsAt)))
  state.lastOffset = header.lastOffset
  state.lastTimeMs = header.lastTimeMs ?? Number.NEGATIVE_INFINITY
  state.lastIndex = header.lastIndex
  state.phaseMs = header.phaseMs
  state.fresh = header.fresh
  state.samples = header.samples
  state.clipRun = header.clipRun
  state.held = [...header.held]
  for (const lane of [0, 1] as const) {
    state.laneVersions[lane] = header.laneVersions[lane]
    state.laneSteps[lane] = header.laneSteps[lane]
  }
  let at = floatsAt
  const take = (floats: number) => {
    const from = at
    at += 4 * floats
    return new Float32Array(copy(view, from, at))
  }
  const [first, second] = header.lanes.map(
    (shape): SavedLane => shape && { shape, values: take(sizeOf(shape)) },
  )
  const regressions = header.regressions.map((it) => it && { features: it.features, values: take(it.floats) })
  return { state, hidden: [first!, second!], regressions }
}

/** Numbers in a saved hidden state. */
function sizeOf(shape: HiddenShape | null): number {
  return shape === null ? 0 : shape.units * shape.parts
}

function asBytes(array: Float64Array | Float32Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
}

function copy(view: Buffer, from: number, to: number): ArrayBuffer {
  const bytes = new Uint8Array(to - from)
  bytes.set(view.subarray(from, to))
  return bytes.buffer
}
