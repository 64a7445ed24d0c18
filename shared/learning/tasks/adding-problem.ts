import type { SeededRandom } from '#shared/recurrent/seeded-random'
import type { SequenceTask, TaskBatch } from './sequence-task.js'

/** Inputs per step: a value and a marker. */
const INPUTS = 2

/**
 * The adding problem [Hochreiter and Schmidhuber 1997, experiment 4; in the form of Le, Jaitly and Hinton 2015 and
 * Arjovsky, Shah and Bengio 2016]: each step shows a value, uniform in [0, 1), and a marker, 0 but for one step of the
 * first half and one of the second. After the last step the net says the sum of the two marked values.
 *
 * The loss is the squared error of that last output. Baseline: who always says 1, the mean, is off by the variance of a sum
 * of two independent uniform numbers, 2 · 1/12 = 0.1667.
 *
 * @param length T, at least 2
 */
export function addingProblem(length: number): SequenceTask {
  return {
    name: 'adding',
    length,
    steps: length,
    inputs: INPUTS,
    outputs: 1,
    output: 'linear',
    baseline: 2 / 12,
    draw: (random, rows) => drawSums(random, rows, length),
    measure: (outputs, batch, gradient) => squaredError(outputs, batch, gradient),
  }
}

function drawSums(random: SeededRandom, rows: number, length: number): TaskBatch {
  const inputs = new Float32Array(length * rows * INPUTS)
  const targets = new Float32Array(rows) // [B]
  const half = Math.floor(length / 2)
  for (let row = 0; row < rows; row++) {
    const marked = [random.integer(half), half + random.integer(length - half)]
    for (let step = 0; step < length; step++) {
      const at = (step * rows + row) * INPUTS
      inputs[at] = random.uniform()
      if (!marked.includes(step)) continue
      inputs[at + 1] = 1
      targets[row]! += inputs[at]!
    }
  }
  return { inputs, targets }
}

function squaredError(outputs: Float32Array, { targets }: TaskBatch, gradient?: Float32Array): number {
  const rows = targets.length
  const last = outputs.length - rows
  gradient?.fill(0)
  let sum = 0
  for (let row = 0; row < rows; row++) {
    const error = outputs[last + row]! - targets[row]!
    sum += error * error
    if (gradient) gradient[last + row] = (2 * error) / rows
  }
  return sum / rows
}
