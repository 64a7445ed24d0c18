import type { OutputKind } from '#shared/recurrent/net-shape'
import type { SeededRandom } from '#shared/recurrent/seeded-random'

/** Sequences of a task and what a net should have said about them. */
export interface TaskBatch {
  /** [T, B, F] */
  readonly inputs: Float32Array
  /** What the task's own `measure` reads. */
  readonly targets: Float32Array
}

/** A made-up problem that can be solved only by remembering over many steps: how far back a cell can learn to look. */
export interface SequenceTask {
  readonly name: string
  /** How far back the net has to remember. */
  readonly length: number
  /** T, steps of a whole sequence */
  readonly steps: number
  /** F */
  readonly inputs: number
  /** H */
  readonly outputs: number
  readonly output: OutputKind
  /** The loss of whoever knows the rules and remembers nothing. */
  readonly baseline: number
  /** @param rows B sequences, all different */
  draw(random: SeededRandom, rows: number): TaskBatch
  /**
   * Mean loss over a batch.
   * @param outputs [T, B, H] of the net
   * @param gradient [T, B, H] is overwritten with ∂loss/∂output where given
   */
  measure(outputs: Float32Array, batch: TaskBatch, gradient?: Float32Array): number
}
