import type { Chunk, GradientEngine } from '#shared/recurrent/gradient-engine'
import { unrollFloat64 } from './net-float64.js'

/** The float64 reference behind the engines' port, for tests of what is built on it. */
export function float64Engine(): GradientEngine {
  return {
    name: 'kernel',
    backend: 'the float64 reference',
    prepare: (shape, size) => {
      let pass: ReturnType<typeof unrollFloat64> | undefined
      return {
        shape,
        size,
        forward: (values: Float32Array, chunk: Chunk) => {
          const run = unrollFloat64(shape, values, chunk)
          pass = run
          return {
            outputs: Float32Array.from(run.outputs),
            state: Float32Array.from(run.state),
            stateAfter: (steps) => Float32Array.from(run.states[steps]!),
          }
        },
        backward: (outputGradient, want) => {
          const { gradient, stateGradient, stateGradients } = pass!.backward(outputGradient)
          return {
            gradient: Float32Array.from(gradient),
            stateGradient: Float32Array.from(stateGradient),
            stateGradients: want?.stateGradients
              ? Float32Array.from(stateGradients.flatMap((state) => [...state]))
              : null,
          }
        },
        dispose: () => {},
      }
    },
  }
}
