import type { GradientEngine } from '#shared/recurrent/gradient-engine'

/** A net without memory: each of its outputs is the head's bias. */
export function biasEngine(slope = 1): GradientEngine & { open: number } {
  const engine = {
    name: 'kernel' as const,
    backend: 'a bias',
    open: 0,
    prepare: (...[shape, size]: Parameters<GradientEngine['prepare']>) => {
      engine.open++
      let parameters = 0
      return {
        ...{ shape, size },
        forward: (values: Float32Array) => {
          parameters = values.length
          const outputs = new Float32Array(size.steps * size.lanes).fill(values[parameters - 1]!)
          return { outputs, state: new Float32Array(0), stateAfter: () => new Float32Array(0) }
        },
        backward: (outputGradient: Float32Array) => {
          if (size.forwardOnly) throw new Error('forward only')
          const gradient = new Float32Array(parameters)
          gradient[parameters - 1] = slope * outputGradient.reduce((sum, value) => sum + value, 0)
          const stateGradient = new Float32Array(0)
          return { gradient, stateGradient, stateGradients: null }
        },
        dispose: () => {
          engine.open--
        },
      }
    },
  }
  return engine
}
