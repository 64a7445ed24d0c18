import { shapeFault } from '../check-weights.js'
import type { BackwardPass, Chunk, ChunkSize, ForwardPass, UnrolledNet } from '../gradient-engine.js'
import { CELLS, type NetShape, stateSizeOf } from '../net-shape.js'
import { parameterCount } from '../tensors.js'
import { KernelMemoryFullError } from './kernel-memory.js'
import { instantiateKernel, type KernelExports } from './kernel-module.js'
import { paddedUnits } from './lane-arena.js'

/** Where the arrays lie, in the order of `Unrolled` in assembly/unrolled/unrolled.ts, and floats from one row to the next. */
const FIELDS = [
  'values',
  'gradient',
  'inputs',
  'lengths',
  'states',
  'outputs',
  'outputGradient',
  'stateGradient',
  'stateGradients',
  'inputWidth',
  'stateWidth',
  'outputWidth',
  'rows',
] as const
type Places = Readonly<Record<(typeof FIELDS)[number], number>>

/** Lanes or steps beyond which a size is taken for a mistake. */
const SIZE_MAX = 2 ** 20

/**
 * Kernels of nets that were disposed of, for the next ones. V8 does not count memory that is shared, so that nothing would make it
 * look for those that nobody uses.
 */
const idle: KernelExports[] = []

/** A net unrolled in a kernel of its own. */
export class KernelUnrolledNet implements UnrolledNet {
  private kernel: KernelExports | null
  private readonly address: number
  private readonly places: Places
  private floats: Float32Array
  private readonly outputs: Float32Array
  private readonly state: Float32Array
  private readonly gradient: Float32Array
  private readonly stateGradient: Float32Array
  private readonly lengths: Int32Array
  private ran = false

  /**
   * @throws RangeError when shape or size is none
   * @throws KernelMemoryFullError
   */
  constructor(
    readonly shape: NetShape,
    readonly size: ChunkSize,
  ) {
    const { lanes, steps, forwardOnly = false } = size
    checkSizes(shape, size)
    if (largestArray(shape, size) >= 2 ** 32) throw memoryFull(size)
    this.outputs = new Float32Array(steps * lanes * shape.outputs)
    this.state = new Float32Array(lanes * stateSizeOf(shape))
    this.stateGradient = new Float32Array(lanes * stateSizeOf(shape))
    this.gradient = new Float32Array(parameterCount(shape))
    this.lengths = new Int32Array(lanes)
    this.kernel = idle.pop() ?? instantiateKernel()
    // An address comes back as a signed number.
    this.address =
      this.kernel.unroll(
        ...([CELLS.indexOf(shape.cell), shape.layers, shape.inputs, shape.hidden, shape.outputs] as const),
        ...([shape.headReadsInput, shape.output === 'log-softmax'] as const),
        ...([this.gradient.length, lanes, steps, !forwardOnly] as const),
      ) >>> 0
    if (this.address === 0) throw memoryFull(size)
    this.floats = new Float32Array(this.kernel.memory.buffer)
    const fields = new Uint32Array(this.kernel.memory.buffer, this.address, FIELDS.length)
    this.places = Object.fromEntries(FIELDS.map((name, i) => [name, fields[i]!])) as unknown as Places
  }

  forward(values: Float32Array, chunk: Chunk): ForwardPass {
    const kernel = this.use()
    const { inputs: F, outputs: H } = this.shape
    const { lanes, steps } = this.size
    checkLength('values', values, this.gradient.length)
    checkLength('inputs', chunk.inputs, steps * lanes * F)
    checkLength('state', chunk.state, this.state.length)
    this.takeLengths(chunk.lengths)
    this.floats.set(values, this.places.values >>> 2)
    this.writeRows(chunk.inputs, F, this.places.inputs, this.places.inputWidth)
    this.writeStates(chunk.state, kernel.statesAt(this.address, 0, 0) >>> 0)
    const last = kernel.forward(this.address) >>> 0
    this.readRows(this.outputs, H, this.places.outputs, this.places.outputWidth)
    this.readStates(last, this.state)
    this.ran = true
    return { outputs: this.outputs, state: this.state, stateAfter: (after) => this.stateAfter(after) }
  }

  backward(outputGradient: Float32Array, want: { readonly stateGradients?: boolean } = {}): BackwardPass {
    const kernel = this.use()
    const { lanes, steps, forwardOnly } = this.size
    if (forwardOnly) throw new Error('this net was prepared forward only')
    if (!this.ran) throw new Error('backward comes after forward')
    const { places } = this
    checkLength('outputGradient', outputGradient, this.outputs.length)
    this.writeRows(outputGradient, this.shape.outputs, places.outputGradient, places.outputWidth)
    kernel.backward(this.address)
    const from = places.gradient >>> 2
    this.gradient.set(this.floats.subarray(from, from + this.gradient.length))
    this.readStates(places.stateGradient, this.stateGradient)
    let stateGradients: Float32Array | null = null
    if (want.stateGradients) {
      const perStep = lanes * stateSizeOf(this.shape)
      stateGradients = new Float32Array((steps + 1) * perStep)
      for (let t = 0; t <= steps; t++) {
        const at = places.stateGradients + 4 * t * places.rows * places.stateWidth
        this.readStates(at, stateGradients.subarray(t * perStep, (t + 1) * perStep))
      }
    }
    return { gradient: this.gradient, stateGradient: this.stateGradient, stateGradients }
  }

  dispose(): void {
    if (this.kernel === null) return
    this.kernel.takeBack()
    idle.push(this.kernel)
    this.kernel = null
    this.floats = new Float32Array(0)
  }

  private use(): KernelExports {
    if (this.kernel === null) throw new Error('this net was disposed of')
    return this.kernel
  }

  private stateAfter(steps: number): Float32Array {
    const kernel = this.use()
    if (this.size.forwardOnly) throw new Error('this net was prepared forward only')
    if (!Number.isInteger(steps) || steps < 0 || steps > this.size.steps) {
      throw new RangeError(`states after ${steps} steps: 0 to ${this.size.steps}`)
    }
    const states = new Float32Array(this.state.length)
    this.readStates(kernel.statesAt(this.address, steps, 0) >>> 0, states)
    return states
  }

  private takeLengths(lengths: Int32Array | undefined): void {
    const { lanes, steps } = this.size
    if (lengths) checkLength('lengths', lengths, lanes)
    for (let row = 0; row < lanes; row++) {
      const length = lengths?.[row] ?? steps
      if (length < 0 || length > steps) throw new RangeError(`row ${row} has ${length} steps: 0 to ${steps}`)
      this.lengths[row] = length
    }
    const at = this.places.lengths >>> 2
    new Int32Array(this.floats.buffer).set(this.lengths, at)
  }

  /** [T, B, width] into padded rows; zeros beyond a row's length, whatever stands there. */
  private writeRows(from: Float32Array, width: number, address: number, stride: number): void {
    const { lanes, steps } = this.size
    const { floats, lengths } = this
    const skip = (this.places.rows - lanes) * stride
    let to = address >>> 2
    let at = 0
    for (let t = 0; t < steps; t++, to += skip) {
      for (let row = 0; row < lanes; row++, to += stride, at += width) {
        if (t < lengths[row]!) for (let i = 0; i < width; i++) floats[to + i] = from[at + i]!
        else floats.fill(0, to, to + width)
      }
    }
  }

  private readRows(to: Float32Array, width: number, address: number, stride: number): void {
    const { lanes, steps } = this.size
    const { floats } = this
    const skip = (this.places.rows - lanes) * stride
    let from = address >>> 2
    let at = 0
    for (let t = 0; t < steps; t++, from += skip) {
      for (let row = 0; row < lanes; row++, from += stride, at += width) {
        for (let i = 0; i < width; i++) to[at + i] = floats[from + i]!
      }
    }
  }

  /** [B, S] into padded rows at an address. */
  private writeStates(from: Float32Array, address: number): void {
    const { hidden } = this.shape
    const padded = paddedUnits(hidden)
    for (let at = 0, to = address >>> 2; at < from.length; at += hidden, to += padded) {
      this.floats.set(from.subarray(at, at + hidden), to)
    }
  }

  private readStates(address: number, to: Float32Array): void {
    const { hidden } = this.shape
    const padded = paddedUnits(hidden)
    for (let at = 0, from = address >>> 2; at < to.length; at += hidden, from += padded) {
      to.set(this.floats.subarray(from, from + hidden), at)
    }
  }
}

function checkSizes(shape: NetShape, { lanes, steps }: ChunkSize): void {
  const fault = shapeFault(shape)
  if (fault !== null) throw new RangeError(`no net can be unrolled: ${fault}`)
  for (const [name, count] of Object.entries({ lanes, steps })) {
    if (!Number.isSafeInteger(count) || count < 1 || count > SIZE_MAX) {
      throw new RangeError(`${name} is ${count}, it must be a whole number from 1`)
    }
  }
}

/** Bytes of the largest array by rows and steps: the kernel works out its places with 32 bits, where more would wrap. */
function largestArray(shape: NetShape, { lanes, steps }: ChunkSize): number {
  const { hidden, inputs, outputs } = shape
  // Four columns of gates, or three layers of an LSTM's h and c.
  const width = Math.max(6 * paddedUnits(hidden), paddedUnits(inputs), paddedUnits(outputs))
  return 4 * width * (steps + 1) * (lanes + 3)
}

function memoryFull({ lanes, steps }: ChunkSize): KernelMemoryFullError {
  return new KernelMemoryFullError(
    `The recurrent kernel gets no memory for ${lanes} rows of ${steps} steps: use fewer.`,
  )
}

function checkLength(name: string, array: { readonly length: number }, length: number): void {
  if (array.length !== length)
    throw new RangeError(`${name} has ${array.length} values, ${length} are needed`)
}
