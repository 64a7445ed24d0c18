import type { NamedAttrMap, NamedTensorMap, Tensor } from '@tensorflow/tfjs-core'
import type { TensorflowBackend } from './backend.js'
import { listedLayout } from './listed-layout.js'
import type { BasicOperations, Operations } from './operations.js'
import { stackedLayout } from './stacked-layout.js'

/** The operations of one backend, with gates as they are fastest there. */
export function createOperations({ tf, name }: TensorflowBackend): Operations {
  const engine = tf.engine()
  const run = (kernel: string, inputs: NamedTensorMap, attributes?: NamedAttrMap) =>
    engine.runKernel<Tensor>(kernel, inputs, attributes)
  const basic: BasicOperations = {
    tf,
    add: (a, b) => run('Add', { a, b }),
    subtract: (a, b) => run('Sub', { a, b }),
    multiply: (a, b) => run('Multiply', { a, b }),
    sum: (terms) =>
      terms.length === 1
        ? terms[0]!
        : terms.length === 2
          ? run('Add', { a: terms[0]!, b: terms[1]! })
          : run('AddN', terms as unknown as NamedTensorMap),
    complement: (x) => tf.sub(1, x),
    sigmoid: (x) => run('Sigmoid', { x }),
    relu: (x) => run('Relu', { x }),
    product: (a, b) => run('BatchMatMul', { a, b }, { transposeA: false, transposeB: false }),
    stack: (tensors) => tf.stack([...tensors]),
    unstack: (tensor) => tf.unstack(tensor),
    reshape: (x, shape) => tf.reshape(x, [...shape]),
    choose: (mask, rows, others) => run('Select', { condition: mask, t: rows, e: others }),
  }
  const layout = name === 'wasm' ? listedLayout(basic) : stackedLayout(basic)
  return { ...basic, ...layout }
}
