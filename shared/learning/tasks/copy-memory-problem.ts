import type { SeededRandom } from '#shared/recurrent/seeded-random'
import type { SequenceTask, TaskBatch } from './sequence-task.js'

/** Symbols to remember, and of how many kinds. */
const SYMBOLS = 10
const KINDS = 8
const BLANK = KINDS
const DELIMITER = KINDS + 1
const INPUTS = KINDS + 2
/** What can be asked for: a symbol or a blank. */
const OUTPUTS = KINDS + 1

/**
 * The copying memory problem [Arjovsky, Shah and Bengio 2016, section 5.1; after Hochreiter and Schmidhuber 1997]: ten symbols
 * of eight kinds, T − 1 blanks, a delimiter, ten blanks. The net says blank T + 10 times, and then the ten symbols in their order.
 *
 * The loss is the cross entropy, the mean over all T + 20 steps. Baseline: who says blank with certainty while it is right, and then
 * each kind with one eighth, has 10 · ln 8 / (T + 20).
 *
 * @param length T, at least 1
 */
export function copyMemoryProblem(length: number): SequenceTask {
  const steps = length + 2 * SYMBOLS
  return {
    name: 'copy-memory',
    length,
    steps,
    inputs: INPUTS,
    outputs: OUTPUTS,
    output: 'log-softmax',
    baseline: (SYMBOLS * Math.log(KINDS)) / steps,
    draw: (random, rows) => drawSymbols(random, rows, length),
    measure: (outputs, batch, gradient) => crossEntropy(outputs, batch, gradient),
  }
}

function drawSymbols(random: SeededRandom, rows: number, length: number): TaskBatch {
  const steps = length + 2 * SYMBOLS
  const inputs = new Float32Array(steps * rows * INPUTS)
  const targets = new Float32Array(steps * rows).fill(BLANK) // [T, B], classes
  for (let row = 0; row < rows; row++) {
    for (let step = 0; step < steps; step++) {
      const at = step * rows + row
      let shown = BLANK
      if (step < SYMBOLS) {
        shown = random.integer(KINDS)
        targets[(length + SYMBOLS + step) * rows + row] = shown
      } else if (step === length + SYMBOLS - 1) shown = DELIMITER
      inputs[at * INPUTS + shown] = 1
    }
  }
  return { inputs, targets }
}

/** @param outputs [T, B, H] log-probabilities */
function crossEntropy(outputs: Float32Array, { targets }: TaskBatch, gradient?: Float32Array): number {
  gradient?.fill(0)
  let sum = 0
  for (let at = 0; at < targets.length; at++) {
    const asked = at * OUTPUTS + targets[at]!
    sum -= outputs[asked]!
    if (gradient) gradient[asked] = -1 / targets.length
  }
  return sum / targets.length
}
