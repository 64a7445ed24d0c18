import type { GradientEngine, UnrolledNet } from '#shared/recurrent/gradient-engine'
import { stateSizeOf } from '#shared/recurrent/net-shape'
import type { RecurrentWeights } from '#shared/recurrent/recurrent-weights'
import { SeededRandom } from '#shared/recurrent/seeded-random'
import { Adam, clipToNorm } from '../adam.js'
import type { SequenceTask, TaskBatch } from './sequence-task.js'

export interface TaskTrainingOptions {
  readonly task: SequenceTask
  /** Where the net starts; its shape fits the task. */
  readonly weights: RecurrentWeights
  /** Chooses the sequences. */
  readonly seed: number
  /** B, fresh sequences in each update */
  readonly rows: number
  /** Sequences that are judged on, the same all along and in no update. */
  readonly judgedRows: number
  readonly updatesMax: number
  /** Updates from one judgement to the next. */
  readonly judgeEvery: number
  readonly learningRate: number
  readonly gradientNormMax: number
  /** Solved when the judged loss is below this share of the baseline. */
  readonly solvedShare: number
}

/** Where a training stands after a judgement. */
export interface TaskStanding {
  readonly updates: number
  /** Lowest judged loss so far; infinite when none was finite. */
  readonly loss: number
  readonly solved: boolean
  /** A value was no longer finite; training ends there. */
  readonly diverged: boolean
}

/**
 * Train a net on whole sequences of a task until it is solved, diverges, or has had its updates: Adam without decay, a
 * constant learning rate, the gradient clipped by its norm. Gives its standing after every judgement, the last one last.
 */
export function* trainOnTask(engine: GradientEngine, options: TaskTrainingOptions): Generator<TaskStanding> {
  const { task, weights, rows, judgedRows, updatesMax, judgeEvery } = options
  const shape = weights.manifest
  const values = weights.values.slice()
  const learning = engine.prepare(shape, { lanes: rows, steps: task.steps })
  const judging = engine.prepare(shape, { lanes: judgedRows, steps: task.steps, forwardOnly: true })
  const random = new SeededRandom(options.seed)
  const judged = task.draw(random, judgedRows)
  const adam = new Adam(values.length, { decay: 0 })
  const gradient = new Float32Array(values.length)
  const outputGradient = new Float32Array(task.steps * rows * task.outputs)
  let loss = Number.POSITIVE_INFINITY
  try {
    for (let updates = 1; updates <= updatesMax; updates++) {
      const batch = task.draw(random, rows)
      task.measure(run(learning, values, batch), batch, outputGradient)
      gradient.set(learning.backward(outputGradient).gradient)
      const diverged = Number.isNaN(clipToNorm(gradient, options.gradientNormMax))
      if (!diverged) adam.step(values, gradient, options.learningRate)
      if (!diverged && updates % judgeEvery !== 0 && updates < updatesMax) continue
      const current = diverged ? Number.NaN : task.measure(run(judging, values, judged), judged)
      if (current < loss) loss = current
      const solved = loss < options.solvedShare * task.baseline
      yield { updates, loss, solved, diverged }
      if (solved || diverged) return
    }
  } finally {
    learning.dispose()
    judging.dispose()
  }
}

/** @returns [T, B, H] from states of zeros */
function run(net: UnrolledNet, values: Float32Array, { inputs }: TaskBatch): Float32Array {
  const state = new Float32Array(net.size.lanes * stateSizeOf(net.shape))
  return net.forward(values, { inputs, state }).outputs
}
