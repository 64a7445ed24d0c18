import { checkWeights } from '../check-weights.js'
import type { LoadedWeights, RecurrentEngine } from '../engine.js'
import { CELLS, type HiddenShape, hiddenShapeOf, type NetShape } from '../net-shape.js'
import type { RecurrentWeights } from '../recurrent-weights.js'
import { KernelMemory } from './kernel-memory.js'
import { instantiateKernel, type KernelExports } from './kernel-module.js'
import { LaneArena } from './lane-arena.js'

/** Rows that go to the kernel in one call; a larger batch is cut, which changes nothing in any row. */
const CALL_ROWS = 256

/**
 * The serving engine: WebAssembly SIMD, one instance and one memory per engine, compiled synchronously.
 * Nothing is allocated in a step. One thread.
 * @throws KernelMissingError before the build
 */
export function createKernelEngine(sizes: {
  readonly inputs: number
  readonly outputs: number
}): RecurrentEngine {
  return new KernelEngine(sizes.inputs, sizes.outputs)
}

class KernelWeights implements LoadedWeights {
  loaded = true
  constructor(
    readonly version: number,
    readonly shape: NetShape,
    readonly engine: KernelEngine,
    readonly address: number,
    readonly bytes: number,
    /** Number of their lanes' shape in the arena. */
    readonly laneShape: number,
  ) {}
}

class KernelEngine implements RecurrentEngine {
  private readonly kernel: KernelExports
  private readonly memory: KernelMemory
  private readonly arena: LaneArena
  /** By size. */
  private readonly freedNets = new Map<number, number[]>()
  private readonly paddedInputs: number
  private readonly paddedOutputs: number
  private readonly callLanes: number
  private readonly callInputs: number
  private readonly callOutputs: number
  /** Where values wait to be packed. */
  private staging = { address: 0, length: 0 }

  constructor(
    readonly inputs: number,
    readonly outputs: number,
  ) {
    for (const size of [inputs, outputs]) {
      if (!Number.isSafeInteger(size) || size < 1) throw new RangeError(`a size of ${size}: whole, from 1`)
    }
    this.kernel = instantiateKernel()
    this.memory = new KernelMemory(this.kernel)
    this.arena = new LaneArena(this.memory)
    this.paddedInputs = Math.ceil(inputs / 4) * 4
    this.paddedOutputs = Math.ceil(outputs / 8) * 8
    // Three rows of the last tile are made up to four.
    const rows = CALL_ROWS + 1
    this.callLanes = this.memory.reserve(rows * 4)
    this.callInputs = this.memory.reserve(rows * this.paddedInputs * 4)
    this.callOutputs = this.memory.reserve(rows * this.paddedOutputs * 4)
  }

  load(weights: RecurrentWeights): LoadedWeights {
    checkWeights(weights, { inputs: this.inputs, outputs: this.outputs })
    const { manifest, values } = weights
    const { layers, inputs, hidden, outputs, output, headReadsInput } = manifest
    const shape = { cell: manifest.cell, layers, inputs, hidden, outputs, output, headReadsInput }
    const cell = CELLS.indexOf(shape.cell)
    const bytes = this.kernel.netBytes(cell, layers, inputs, hidden, outputs, headReadsInput) >>> 0
    const address = this.freedNets.get(bytes)?.pop() ?? this.memory.reserve(bytes)
    if (values.length > this.staging.length) {
      this.staging = { address: this.memory.reserve(values.length * 4), length: values.length }
    }
    const from = this.staging.address
    this.memory.floats.set(values, from >>> 2)
    const logSoftmax = output === 'log-softmax'
    this.kernel.packNet(address, cell, layers, inputs, hidden, outputs, headReadsInput, logSoftmax, from)
    const laneShape = this.arena.shapeNumber(hiddenShapeOf(shape))
    return new KernelWeights(manifest.version, shape, this, address, bytes, laneShape)
  }

  unload(weights: LoadedWeights): void {
    const own = this.ownWeights(weights)
    own.loaded = false
    const freed = this.freedNets.get(own.bytes)
    if (freed === undefined) this.freedNets.set(own.bytes, [own.address])
    else freed.push(own.address)
  }

  allocate(shape: HiddenShape): number {
    return this.arena.allocate(shape)
  }

  free(lane: number): void {
    this.arena.free(lane)
  }

  clear(lane: number): void {
    this.arena.clear(lane)
  }

  hiddenShape(lane: number): HiddenShape {
    return this.arena.shapeOf(lane)
  }

  read(lane: number): Float32Array {
    return this.arena.read(lane)
  }

  readPart(lane: number, part: number, out: Float32Array, at: number): void {
    this.arena.readPart(lane, part, out, at)
  }

  write(lane: number, state: Float32Array): void {
    this.arena.write(lane, state)
  }

  step(
    weights: LoadedWeights,
    lanes: Int32Array,
    inputs: Float32Array,
    outputs: Float32Array,
    count: number,
  ): void {
    const { address, laneShape } = this.ownWeights(weights)
    if (
      lanes.length < count ||
      inputs.length < count * this.inputs ||
      outputs.length < count * this.outputs
    ) {
      throw new RangeError(`lanes, inputs or outputs hold fewer than ${count} rows`)
    }
    // A batch of several calls is refused as a whole, before its first call has moved anything.
    if (count > CALL_ROWS) for (let i = 0; i < count; i++) this.arena.addressFor(lanes[i]!, laneShape)
    for (let first = 0; first < count; first += CALL_ROWS) {
      const rows = Math.min(CALL_ROWS, count - first)
      this.writeCall(laneShape, lanes, inputs, first, rows)
      this.kernel.step(address, this.callLanes, this.callInputs, this.callOutputs, rows)
      this.readCall(outputs, first, rows)
    }
  }

  private writeCall(
    laneShape: number,
    lanes: Int32Array,
    inputs: Float32Array,
    first: number,
    rows: number,
  ): void {
    const { floats, addresses } = this.memory
    const width = this.inputs
    let lane = this.callLanes >>> 2
    let to = this.callInputs >>> 2
    let from = first * width
    for (let row = 0; row < rows; row++) {
      addresses[lane++] = this.arena.addressFor(lanes[first + row]!, laneShape)
      for (let i = 0; i < width; i++) floats[to + i] = inputs[from + i]!
      to += this.paddedInputs
      from += width
    }
  }

  private readCall(outputs: Float32Array, first: number, rows: number): void {
    const { floats } = this.memory
    const width = this.outputs
    let from = this.callOutputs >>> 2
    let to = first * width
    for (let row = 0; row < rows; row++) {
      for (let i = 0; i < width; i++) outputs[to + i] = floats[from + i]!
      from += this.paddedOutputs
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
