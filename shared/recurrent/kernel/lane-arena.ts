import type { HiddenShape } from '../net-shape.js'
import type { KernelMemory } from './kernel-memory.js'

const CHUNK_LANES = 256

/** Floats that a vector of `units` takes in the kernel: padded to 8. */
export function paddedUnits(units: number): number {
  return Math.ceil(units / 8) * 8
}

/**
 * Hidden states in the kernel's memory, one lane for each, `parts` vectors of padded `units` one after another. Lanes of
 * one shape lie in chunks that never move, so that an address stays good when more are added; a freed lane is used again
 * for its own shape.
 */
export class LaneArena {
  private readonly pools: LanePool[] = []
  /** By lane: its address, for good, and the number of its pool, 0 while it is free. */
  private addresses = new Uint32Array(0)
  private poolOf = new Uint16Array(0)
  private lanes = 0

  constructor(private readonly memory: KernelMemory) {}

  /**
   * A zeroed lane: the one of this shape freed last, else a new one.
   * @throws RangeError when the shape is none
   */
  allocate(shape: HiddenShape): number {
    const pool = this.poolFor(shape)
    const lane = pool.freed.pop() ?? this.takeNew(pool)
    this.poolOf[lane] = pool.number
    this.clear(lane)
    return lane
  }

  /** @throws RangeError when the lane is not allocated, as all below */
  free(lane: number): void {
    const pool = this.find(lane)
    this.poolOf[lane] = 0
    pool.freed.push(lane)
  }

  clear(lane: number): void {
    const { width } = this.find(lane)
    const start = this.addresses[lane]! >>> 2
    this.memory.floats.fill(0, start, start + width)
  }

  shapeOf(lane: number): HiddenShape {
    return this.find(lane).shape
  }

  /** Number of a shape, to compare in `addressFor`. */
  shapeNumber(shape: HiddenShape): number {
    return this.poolFor(shape).number
  }

  /**
   * Bytes from the start of the kernel's memory.
   * @throws RangeError when the lane has another shape too
   */
  addressFor(lane: number, shapeNumber: number): number {
    if (this.poolOf[lane] !== shapeNumber) this.refuse(lane, shapeNumber)
    return this.addresses[lane]!
  }

  read(lane: number): Float32Array {
    const { units, parts } = this.shapeOf(lane)
    const state = new Float32Array(units * parts)
    let from = this.addresses[lane]! >>> 2
    for (let part = 0; part < parts; part++, from += paddedUnits(units)) {
      state.set(this.memory.floats.subarray(from, from + units), part * units)
    }
    return state
  }

  readPart(lane: number, part: number, out: Float32Array, at: number): void {
    const { units, parts } = this.shapeOf(lane)
    if (!(part >= 0 && part < parts))
      throw new RangeError(`lane ${lane} has ${parts} parts, and none ${part}`)
    const from = (this.addresses[lane]! >>> 2) + part * paddedUnits(units)
    const { floats } = this.memory
    for (let unit = 0; unit < units; unit++) out[at + unit] = floats[from + unit]!
  }

  /** @throws RangeError when `state` has another length */
  write(lane: number, state: Float32Array): void {
    const { units, parts } = this.shapeOf(lane)
    if (state.length !== units * parts) {
      throw new RangeError(`the state of lane ${lane} has ${units * parts} values, not ${state.length}`)
    }
    // The padding too: a state that was not finite has spread into it.
    this.clear(lane)
    let to = this.addresses[lane]! >>> 2
    for (let part = 0; part < parts; part++, to += paddedUnits(units)) {
      this.memory.floats.set(state.subarray(part * units, (part + 1) * units), to)
    }
  }

  private find(lane: number): LanePool {
    const pool = this.pools[(this.poolOf[lane] ?? 0) - 1]
    if (pool === undefined) throw new RangeError(`lane ${lane} is not allocated`)
    return pool
  }

  private refuse(lane: number, shapeNumber: number): never {
    const { shape } = this.find(lane)
    const wanted = this.pools[shapeNumber - 1]!.shape
    throw new RangeError(
      `lane ${lane} has ${shape.parts} × ${shape.units} values, the weights step ${wanted.parts} × ${wanted.units}`,
    )
  }

  private poolFor(shape: HiddenShape): LanePool {
    const { units, parts } = shape
    for (const pool of this.pools) {
      if (pool.shape.units === units && pool.shape.parts === parts) return pool
    }
    for (const size of [units, parts]) {
      if (!Number.isSafeInteger(size) || size < 1) throw new RangeError(`a size of ${size}: whole, from 1`)
    }
    const pool = new LanePool(this.pools.length + 1, { units, parts })
    this.pools.push(pool)
    return pool
  }

  private takeNew(pool: LanePool): number {
    if (pool.places === 0) {
      pool.next = this.memory.reserve(CHUNK_LANES * pool.width * 4)
      pool.places = CHUNK_LANES
    }
    const lane = this.lanes++
    if (lane >= this.addresses.length) this.grow(Math.max(CHUNK_LANES, 2 * lane))
    this.addresses[lane] = pool.next
    pool.next += pool.width * 4
    pool.places--
    return lane
  }

  private grow(lanes: number): void {
    const addresses = new Uint32Array(lanes)
    addresses.set(this.addresses)
    this.addresses = addresses
    const poolOf = new Uint16Array(lanes)
    poolOf.set(this.poolOf)
    this.poolOf = poolOf
  }
}

/** Lanes of one shape: those freed, and how many more have a place at `next`. */
class LanePool {
  readonly freed: number[] = []
  /** Floats in a lane. */
  readonly width: number
  next = 0
  places = 0

  constructor(
    readonly number: number,
    readonly shape: HiddenShape,
  ) {
    this.width = shape.parts * paddedUnits(shape.units)
  }
}
