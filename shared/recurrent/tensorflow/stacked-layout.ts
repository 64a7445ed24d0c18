import type { Tensor } from '@tensorflow/tfjs-core'
import type { BasicOperations, GateLayout } from './operations.js'

/**
 * Gates in one tensor, for the native backend: what costs there is the number of operations, about 10 µs each. One batched
 * product gives all gates, taking a stack apart copies little, and a transposed flag costs nothing.
 *
 * A single gate has no axis of its own: [N, D], not [1, N, D].
 */
export function stackedLayout(ops: BasicOperations): GateLayout {
  const { tf } = ops
  const engine = tf.engine()
  return {
    uploadGates: (values, gates, columns) => [
      gates === 1
        ? tf.tensor(values, [values.length / columns, columns])
        : tf.tensor(values, [gates, values.length / (gates * columns), columns]),
    ],
    transposeGates: ([gates]) => [tf.transpose(gates!, gates!.rank === 2 ? [1, 0] : [0, 2, 1])],
    joinSteps: (perGate) => [perGate.length === 1 ? perGate[0]! : tf.stack([...perGate], 1)],
    separate: ([gates, ...others]) =>
      others.length > 0 ? [gates!, ...others] : gates!.rank === 2 ? [gates!] : ops.unstack(gates!),
    projectSteps: (rows, [weights], steps) => {
      const [count, columns] = rows.shape as [number, number]
      const lanes = count / steps
      if (weights!.rank === 2) {
        return ops.unstack(ops.reshape(ops.product(rows, weights!), [steps, lanes, -1])).map((step) => [step])
      }
      const all = ops.product(ops.reshape(rows, [steps, 1, lanes, columns]), weights!) // [T, G, B, D]
      return ops.unstack(all).map((step) => [step])
    },
    separateSteps: ([gates]) => ops.unstack(gates!).map((step) => [step]),
    sumProducts: (left, right) => {
      const sums = engine.runKernel<Tensor>(
        'BatchMatMul',
        { a: left, b: right },
        {
          transposeA: true,
          transposeB: false,
        },
      )
      return sums.dataSync() as Float32Array
    },
    hyperbolicTangent: (x) => engine.runKernel<Tensor>('Tanh', { x }),
  }
}
