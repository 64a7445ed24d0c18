import type { BackwardPass, ForwardPass, GradientEngine } from '#shared/recurrent/gradient-engine'
import type { Cell, NetShape } from '#shared/recurrent/net-shape'
import type { RandomChunk } from '../../reference/recurrent/random-nets.js'

/** What is asked of float32 arithmetic: outputs and states by their largest value, gradients by each tensor's norm. */
export const FORWARD = 1e-5
export const BACKWARD = 1e-4

/** The engine under test, once it has been created. */
export type GetEngine = () => GradientEngine

export const WANTED = { stateGradients: true }

export interface Pass {
  readonly forward: Pick<ForwardPass, 'outputs' | 'state' | 'stateAfter'>
  readonly backward: BackwardPass
}

/** Copies of all arrays, since an engine's own hold only until the next call. */
export function passOf(forward: ForwardPass, back: () => BackwardPass, steps = 0): Pass {
  const outputs = forward.outputs.slice()
  const state = forward.state.slice()
  const states = Array.from({ length: steps + 1 }, (_, t) => forward.stateAfter(t))
  const { gradient, stateGradient, stateGradients } = back()
  return {
    forward: { outputs, state, stateAfter: (t) => states[t]! },
    backward: {
      gradient: gradient.slice(),
      stateGradient: stateGradient.slice(),
      stateGradients: stateGradients?.slice() ?? null,
    },
  }
}

/** One forward and one backward pass of a net prepared for this chunk alone. */
export function runOnce(
  engine: GradientEngine,
  shape: NetShape,
  values: Float32Array,
  chunk: RandomChunk,
): Pass {
  const { lanes, steps } = chunk
  const net = engine.prepare(shape, { lanes, steps })
  try {
    const back = () => net.backward(chunk.outputGradient, WANTED)
    return passOf(net.forward(values, chunk), back, steps)
  } finally {
    net.dispose()
  }
}

/** All numbers of a pass, to compare bit by bit. */
export function bitsOf({ forward: { outputs, state }, backward }: Pass): unknown {
  return { outputs, state, ...backward }
}

/** A net of an odd size; log-softmax on two layers, a head without the input on three. */
export function smallShape(cell: Cell, layers: number): NetShape {
  const output = layers === 2 ? 'log-softmax' : 'linear'
  return { cell, layers, inputs: 3, hidden: 9, outputs: 5, output, headReadsInput: layers < 3 }
}
