import { checkWeights } from '../check-weights.js'
import type { LoadedWeights, RecurrentEngine } from '../engine.js'
import type { GruWeights } from '../gru-weights.js'
import { KernelMemory } from './kernel-memory.js'
import { instantiateKernel, type KernelExports } from './kernel-module.js'
import { LaneArena } from './lane-arena.js'
import { type PaddedSizes, packedLength, packWeights, padSizes } from './pack-weights.js'

/** Rows that go to the kernel in one call; a larger batch is cut, which changes nothing in any row. */
const CALL_ROWS = 256

/**
 * The serving engine: WebAssembly SIMD, one instance and one memory per engine, compiled synchronously.
 * Nothing is allocated in a step. One thread.
 * @throws KernelMissingError before the build
 */
export function createKernelEngine(sizes: {
  readonly hidden: number
  readonly inputs: number
  readonly leads: number
}): RecurrentEngine {
  return new KernelEngine(sizes.hidden, sizes.inputs, sizes.leads)
}

class KernelWeights implements LoadedWeights {
  loaded = true
  constructor(
    readonly version: number,
    readonly engine: KernelEngine,
    readonly address: number,
  ) {}
}

class KernelEngine implements RecurrentEngine {
  private readonly padded: PaddedSizes
  private readonly kernel: KernelExports
  private readonly memory: KernelMemory
  private readonly arena: LaneArena
  private readonly freedWeights: number[] = []
  private readonly callLanes: number
  private readonly callInputs: number
  private readonly callOutputs: number

  constructor(
    readonly hidden: number,
    readonly inputs: number,
    readonly leads: number,
  ) {
    for (const size of [hidden, inputs, leads]) {
      if (!Number.isSafeInteger(size) || size < 1) throw new RangeError(`a size of ${size}: whole, from 1`)
    }
    this.padded = padSizes({ hidden, inputs, leads })
    this.kernel = instantiateKernel()
    this.memory = new KernelMemory(this.kernel.memory)
    this.arena = new LaneArena(this.memory, this.padded.hidden)
    this.callLanes = this.memory.reserve(CALL_ROWS * 4)
    this.callInputs = this.memory.reserve(CALL_ROWS * this.padded.inputs * 4)
    this.callOutputs = this.memory.reserve(CALL_ROWS * this.padded.leads * 4)
    const values = this.padded.inputs + this.padded.hidden
    const scratch = this.memory.reserve((values + 4 * this.padded.hidden + this.padded.hidden / 4) * 4 * 4)
    this.kernel.configure(this.padded.inputs, this.padded.hidden, this.padded.leads, scratch)
  }

  load(weights: GruWeights): LoadedWeights {
    checkWeights(weights, { inputs: this.inputs, hidden: this.hidden, leads: this.leads })
    const length = packedLength(this.padded)
    const address = this.freedWeights.pop() ?? this.memory.reserve(length * 4)
    const target = this.memory.floats.subarray(address >>> 2, (address >>> 2) + length)
    packWeights(weights, target.fill(0))
    return new KernelWeights(weights.manifest.version, this, address)
  }

  unload(weights: LoadedWeights): void {
    const own = this.ownWeights(weights)
    own.loaded = false
    this.freedWeights.push(own.address)
  }

  allocate(): number {
    return this.arena.allocate()
  }

  free(lane: number): void {
    this.arena.free(lane)
  }

  clear(lane: number): void {
    this.arena.clear(lane)
  }

  read(lane: number): Float32Array {
    const start = this.arena.addressOf(lane) >>> 2
    return this.memory.floats.slice(start, start + this.hidden)
  }

  write(lane: number, state: Float32Array): void {
    if (state.length !== this.hidden) {
      throw new RangeError(`a hidden state has ${this.hidden} values, not ${state.length}`)
    }
    // The padding too: a state that was not finite has spread into it.
    this.arena.clear(lane)
    this.memory.floats.set(state, this.arena.addressOf(lane) >>> 2)
  }

  step(
    weights: LoadedWeights,
    lanes: Int32Array,
    inputs: Float32Array,
    outputs: Float32Array,
    count: number,
  ): void {
    const { address } = this.ownWeights(weights)
    if (lanes.length < count || inputs.length < count * this.inputs || outputs.length < count * this.leads) {
      throw new RangeError(`lanes, inputs or outputs hold fewer than ${count} rows`)
    }
    for (let first = 0; first < count; first += CALL_ROWS) {
      const rows = Math.min(CALL_ROWS, count - first)
      this.writeCall(lanes, inputs, first, rows)
      this.kernel.step(address, this.callLanes, this.callInputs, this.callOutputs, rows)
      this.readCall(outputs, first, rows)
    }
  }

  private writeCall(lanes: Int32Array, inputs: Float32Array, first: number, rows: number): void {
    const { floats, addresses } = this.memory
    const width = this.inputs
    let lane = this.callLanes >>> 2
    let to = this.callInputs >>> 2
    let from = first * width
    for (let row = 0; row < rows; row++) {
      addresses[lane++] = this.arena.addressOf(lanes[first + row]!)
      for (let i = 0; i < width; i++) floats[to + i] = inputs[from + i]!
      to += this.padded.inputs
      from += width
    }
  }

  private readCall(outputs: Float32Array, first: number, rows: number): void {
    const { floats } = this.memory
    const width = this.leads
    let from = this.callOutputs >>> 2
    let to = first * width
    for (let row = 0; row < rows; row++) {
      for (let i = 0; i < width; i++) outputs[to + i] = floats[from + i]!
      from += this.padded.leads
      to += width
    }
  }

  private ownWeights(weights: LoadedWeights): KernelWeights {
    if (!(weights instanceof KernelWeights) || weights.engine !== this || !weights.loaded) {
      throw new RangeError(`weights version ${weights.version} are not loaded in this engine`)
    }
    return weights
  }
}
