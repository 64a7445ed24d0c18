import type { Scalar, Tensor, Tensorflow, Variable } from '#shared/recurrent/tensorflow/backend'
import { viewTensors } from '#shared/recurrent/tensors'
import type { PreparedWork } from './contestant.js'
import { type EngineCase, INPUTS, OUTPUTS, UNROLLED } from './engine-case.js'
import { type PlainGru, readOutPlainGru, stepPlainGru } from './plain-gru.js'
import { benchWeights, sampleInputs } from './training-work.js'

/** Inputs go in and outputs come out; weights and states stay. */
export function preparePlainSteps(
  tf: Tensorflow,
  chosen: EngineCase,
): PreparedWork & { /** [B, H] of the last run */ outputs(): Float32Array } {
  const { rows, hidden: units } = chosen
  const net = uploadGru(tf, chosen, (tensor) => tensor)
  const inputs = sampleInputs(rows * INPUTS)
  let hidden: Tensor = tf.zeros([rows, units])
  let outputs: Float32Array = new Float32Array(0)
  return {
    units: rows,
    run: () => {
      const before = hidden
      hidden = tf.tidy(() => {
        const input = tf.tensor2d(inputs, [rows, INPUTS])
        const reached = stepPlainGru(tf, net, input, before)
        outputs = readOutPlainGru(tf, net, input, reached).dataSync() as Float32Array
        return reached
      })
      before.dispose()
    },
    dispose: () => tf.dispose([hidden, ...Object.values(net)]),
    outputs: () => outputs,
  }
}

/** Forward through `UNROLLED` steps, and the gradient of every parameter from a gradient of every output. */
export function preparePlainTraining(
  tf: Tensorflow,
  chosen: EngineCase,
): PreparedWork & {
  /** Of the last run, each as its tensor stands. */ gradient(name: keyof PlainGru): Float32Array
} {
  const { rows, hidden: units } = chosen
  const net = uploadGru(tf, chosen, (tensor) => tf.variable(tensor))
  const inputs = sampleInputs(UNROLLED * rows * INPUTS)
  const outputGradient = sampleInputs(UNROLLED * rows * OUTPUTS)
  let gradients: ReadonlyMap<string, Float32Array> = new Map()
  const run = () => {
    const all = tf.tensor3d(inputs, [UNROLLED, rows, INPUTS])
    const asked = tf.tensor2d(outputGradient, [UNROLLED * rows, OUTPUTS])
    // The derivative of Σ g y by a parameter is what a gradient g of the outputs y asks for.
    const weighted = () => {
      let hidden: Tensor = tf.zeros([rows, units])
      const outputs = tf.unstack(all).map((input) => {
        hidden = stepPlainGru(tf, net, input, hidden)
        return readOutPlainGru(tf, net, input, hidden)
      })
      return tf.sum(tf.mul(tf.concat(outputs, 0), asked)) as Scalar
    }
    const { value, grads } = tf.variableGrads(weighted, Object.values(net))
    value.dataSync()
    gradients = new Map(
      Object.entries(grads).map(([name, gradient]) => [name, gradient.dataSync() as Float32Array]),
    )
  }
  return {
    units: rows * UNROLLED,
    run: () => tf.tidy(run),
    dispose: () => tf.dispose(Object.values(net)),
    gradient: (name) => gradients.get((net[name] as Variable).name) ?? new Float32Array(0),
  }
}

/** @throws RangeError for another cell than a GRU: no other is written out */
function uploadGru<T extends Tensor>(
  tf: Tensorflow,
  chosen: EngineCase,
  hold: (tensor: Tensor) => T,
): PlainGru<T> {
  if (chosen.cell !== 'gru') throw new RangeError(`only a GRU is written out, not ${chosen.cell}`)
  const { manifest, values } = benchWeights(chosen)
  const { layers, hiddenToOutputs, inputToOutputs, outputBias } = viewTensors(manifest, values)
  const layer = layers[0]!
  const units = chosen.hidden
  const matrix = (outputs: Float32Array, height: number, width: number) =>
    hold(tf.tidy(() => tf.transpose(tf.tensor2d(outputs, [height, width]))))
  return {
    inputToGates: matrix(layer.inputToGates, 3 * units, INPUTS),
    hiddenToGates: matrix(layer.hiddenToGates, 3 * units, units),
    inputBias: hold(tf.tensor1d(layer.inputBias)),
    hiddenBias: hold(tf.tensor1d(layer.hiddenBias)),
    hiddenToOutputs: matrix(hiddenToOutputs, OUTPUTS, units),
    inputToOutputs: matrix(inputToOutputs, OUTPUTS, INPUTS),
    outputBias: hold(tf.tensor1d(outputBias)),
  }
}
