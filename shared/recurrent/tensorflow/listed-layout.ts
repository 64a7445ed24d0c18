import type { Tensor } from '@tensorflow/tfjs-core'
import type { BasicOperations, GateLayout } from './operations.js'

/**
 * Gates in a list of tensors, for the WebAssembly backend. It multiplies fast only two plain matrices of which none is
 * transposed; a slice of a tensor first copies the whole of it, so that many are better cut on this side; tanh is scalar
 * code, and the logistic function is not.
 */
export function listedLayout(ops: BasicOperations): GateLayout {
  const { tf } = ops
  /** [T · …] → T × [B, D], by way of the heap's other side */
  const cut = (all: Tensor, steps: number): Tensor[] => {
    const values = all.dataSync() as Float32Array
    const columns = all.shape.at(-1)!
    const length = values.length / steps
    return Array.from({ length: steps }, (_, t) =>
      tf.tensor(values.subarray(t * length, (t + 1) * length), [length / columns, columns]),
    )
  }
  /** G lists of T → T lists of G */
  const byStep = (byGate: readonly (readonly Tensor[])[]): Tensor[][] =>
    byGate[0]!.map((_, t) => byGate.map((gate) => gate[t]!))
  return {
    uploadGates: (values, gates, columns) => {
      const length = values.length / gates
      return Array.from({ length: gates }, (_, g) =>
        tf.tensor(values.subarray(g * length, (g + 1) * length), [length / columns, columns]),
      )
    },
    transposeGates: (gates) => gates.map((gate) => tf.transpose(gate)),
    joinSteps: (perGate) => perGate,
    separate: (gates) => gates,
    projectSteps: (rows, weights, steps) =>
      byStep(weights.map((weight) => cut(ops.product(rows, weight), steps))),
    separateSteps: (gates) => byStep(gates.map((gate) => cut(gate, gate.shape[0]!))),
    sumProducts: (left, right) =>
      tf.transpose(ops.product(tf.transpose(right), left)).dataSync() as Float32Array,
    hyperbolicTangent: (x) => {
      // tanh a = 2 σ(2a) − 1
      const s = ops.sigmoid(ops.add(x, x))
      return tf.sub(ops.add(s, s), 1)
    },
  }
}
