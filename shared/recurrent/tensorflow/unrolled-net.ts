import type { Tensor } from '@tensorflow/tfjs-core'
import type {
  BackwardPass,
  Chunk,
  ChunkSize,
  ForwardPass,
  UnrolledNet,
} from '#shared/recurrent/gradient-engine'
import type { NetShape } from '#shared/recurrent/net-shape'
import { parameterCount } from '#shared/recurrent/tensors'
import type { TensorflowBackend } from './backend.js'
import { runBackward } from './backward-net.js'
import { checkChunk, checkLength, clearBeyond, downloadState } from './chunk-arrays.js'
import { type NetHistory, runForward } from './forward-net.js'
import type { Operations } from './operations.js'
import { computeInScope, keepTensors } from './tensor-scope.js'

/** A net on TensorFlow. Its tensors of one forward pass stay until the next one, or until it is disposed of. */
export class TensorflowUnrolledNet implements UnrolledNet {
  readonly shape: NetShape
  readonly size: ChunkSize
  readonly #backend: TensorflowBackend
  readonly #ops: Operations
  /** A copy: the native backend takes arrays over when a tensor is first used, which may be on the way back. */
  readonly #values: Float32Array
  readonly #gradient: Float32Array
  #history: NetHistory | undefined
  #lengths: Int32Array | undefined
  #kept: readonly Tensor[] = []

  constructor(backend: TensorflowBackend, ops: Operations, shape: NetShape, size: ChunkSize) {
    this.#backend = backend
    this.#ops = ops
    this.shape = shape
    this.size = size
    this.#values = new Float32Array(parameterCount(shape))
    this.#gradient = new Float32Array(parameterCount(shape))
  }

  forward(values: Float32Array, chunk: Chunk): ForwardPass {
    checkChunk(this.shape, this.size, values, chunk)
    this.dispose()
    this.#values.set(values)
    this.#lengths = chunk.lengths?.slice()
    return computeInScope(this.#backend, () => {
      const history = runForward(this.#ops, this.shape, this.size, this.#values, chunk)
      const outputs = history.outputs.dataSync() as Float32Array
      clearBeyond(outputs, this.size, this.#lengths)
      const state = this.#download(history, this.size.steps)
      if (!this.size.forwardOnly) {
        this.#history = history
        this.#kept = keepTensors(this.#backend, history)
      }
      return { outputs, state, stateAfter: (steps: number) => this.#stateAfter(history, steps) }
    })
  }

  backward(outputGradient: Float32Array, want?: { readonly stateGradients?: boolean }): BackwardPass {
    const history = this.#history
    if (!history) {
      throw new Error('there is no way back: prepare the net without forwardOnly, and run it forward first')
    }
    const { lanes, steps } = this.size
    const count = steps * lanes
    checkLength('outputGradient', outputGradient.length, count * this.shape.outputs)
    return computeInScope(this.#backend, () => {
      const masked = outputGradient.slice()
      clearBeyond(masked, this.size, this.#lengths)
      const from = this.#ops.tf.tensor2d(masked, [count, this.shape.outputs])
      const states = runBackward(this.#ops, this.shape, history, from, this.#gradient)
      const download = (parts: readonly Tensor[]) => downloadState(this.#ops, parts)
      return {
        gradient: this.#gradient,
        stateGradient: download(states[0]!),
        stateGradients: want?.stateGradients ? join(states.map(download)) : null,
      }
    })
  }

  dispose(): void {
    for (const tensor of this.#kept) tensor.dispose()
    this.#kept = []
    this.#history = undefined
  }

  #download({ layers }: NetHistory, steps: number): Float32Array {
    return downloadState(
      this.#ops,
      layers.flatMap(({ history }) => [...history.states[steps]!]),
    )
  }

  #stateAfter(history: NetHistory, steps: number): Float32Array {
    if (this.size.forwardOnly) {
      throw new Error('a net prepared forwardOnly keeps no states; prepare it without')
    }
    if (history !== this.#history) throw new Error('this forward pass is over: another one has begun')
    if (!(Number.isInteger(steps) && steps >= 0 && steps <= this.size.steps)) {
      throw new RangeError(`there is a state after 0 to ${this.size.steps} steps, not after ${steps}`)
    }
    return computeInScope(this.#backend, () => this.#download(history, steps))
  }
}

function join(arrays: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(arrays.reduce((sum, { length }) => sum + length, 0))
  let to = 0
  for (const array of arrays) {
    all.set(array, to)
    to += array.length
  }
  return all
}
