import { type Cell, shapeOf } from '#shared/recurrent/net-shape'
import type { RecurrentWeights } from '#shared/recurrent/recurrent-weights'
import { viewTensors } from '#shared/recurrent/tensors'
import { untrainedWeights } from '#shared/recurrent/untrained-weights'
import type { SequenceTask } from './sequence-task.js'

/** Scale of a rectified net's input weights: its identity adds up every input from the first step on. */
const RECTIFIED_INPUT_SCALE = 0.05

/**
 * One layer of a cell that is to learn a task, as a pipeline's net starts: a zero head over random orthogonal recurrent
 * matrices. But for `elman-relu`: its recurrent matrix is the identity and its input weights are small [IRNN: Le, Jaitly and
 * Hinton 2015], without which it explodes or dies.
 */
export function taskWeights(cell: Cell, hidden: number, task: SequenceTask, seed: number): RecurrentWeights {
  const shape = shapeOf({
    ...{ cell, layers: 1, hidden, inputs: task.inputs, outputs: task.outputs, output: task.output },
    // As in their own papers: only the concatenation form reads the input beside the state.
    headReadsInput: cell === 'concatenation',
  })
  const weights = untrainedWeights({ ...shape, featureLayout: task.name, seed })
  if (cell !== 'elman-relu') return weights
  const { inputToGates, hiddenToGates } = viewTensors(shape, weights.values).layers[0]!
  for (let i = 0; i < inputToGates.length; i++) inputToGates[i]! *= RECTIFIED_INPUT_SCALE
  hiddenToGates.fill(0)
  for (let unit = 0; unit < hidden; unit++) hiddenToGates[unit * hidden + unit] = 1
  return weights
}
