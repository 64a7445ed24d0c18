import { type Cell, shapeOf } from '#shared/recurrent/net-shape'
import type { RecurrentWeights } from '#shared/recurrent/recurrent-weights'
import { type LayerTensors, viewTensors } from '#shared/recurrent/tensors'
import { untrainedWeights } from '#shared/recurrent/untrained-weights'
import type { SequenceTask } from './sequence-task.js'

/** Scale of a rectified net's input weights: its identity adds up every input from the first step on. */
const RECTIFIED_INPUT_SCALE = 0.05

/** An LSTM's largest forget bias, as a GRU's update bias: cells that keep for 2 to 55 steps. */
const FORGET_BIAS_MAX = 4

/**
 * One layer of a cell that is to learn a task, as a pipeline's net starts: a zero head over random orthogonal recurrent
 * matrices, a GRU's update biases spread. Two cells start otherwise, each by the recipe that lets it remember longest:
 *
 * * `elman-relu`: its recurrent matrix is the identity and its input weights are small [IRNN: Le, Jaitly and Hinton 2015]; otherwise
 *   it explodes or dies.
 * * `lstm`: forget biases spread like a GRU's, the input gate's their opposites [chrono initialisation: Tallec and Ollivier
 *   2018, section 2.2].
 */
export function taskWeights(cell: Cell, hidden: number, task: SequenceTask, seed: number): RecurrentWeights {
  const shape = shapeOf({
    ...{ cell, layers: 1, hidden, inputs: task.inputs, outputs: task.outputs, output: task.output },
    // As in their own papers: only the concatenation form reads the input beside the state.
    headReadsInput: cell === 'concatenation',
  })
  const weights = untrainedWeights({ ...shape, featureLayout: task.name, seed })
  const layer = viewTensors(shape, weights.values).layers[0]!
  if (cell === 'elman-relu') startAsIdentity(layer, hidden)
  if (cell === 'lstm') spreadForgetting(layer, hidden)
  return weights
}

function startAsIdentity({ inputToGates, hiddenToGates }: LayerTensors, hidden: number): void {
  for (let i = 0; i < inputToGates.length; i++) inputToGates[i]! *= RECTIFIED_INPUT_SCALE
  hiddenToGates.fill(0)
  for (let unit = 0; unit < hidden; unit++) hiddenToGates[unit * hidden + unit] = 1
}

function spreadForgetting({ inputBias }: LayerTensors, hidden: number): void {
  for (let unit = 0; unit < hidden; unit++) {
    const bias = (FORGET_BIAS_MAX * (unit + 0.5)) / hidden
    inputBias[unit] = -bias
    inputBias[hidden + unit] = bias
  }
}
