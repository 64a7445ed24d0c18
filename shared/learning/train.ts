import { setImmediate } from 'node:timers/promises'
import type { GradientEngine } from '#shared/recurrent/gradient-engine'
import type { TrainingOptions, TrainingResult } from './training-options.js'
import type { TrainingSeries } from './training-series.js'
import { TrainingSession } from './training-session.js'

/**
 * One training session: truncated BPTT with carried state on the matured part of `series`.
 *
 * Deterministic for a seed and engine, for TensorFlow on one machine. Gives the event loop a turn after every step (some 20 ms), and
 * ends within one step of an abort. The arrays of `series` must not change until it ends.
 */
export async function trainWeights(
  engine: GradientEngine,
  series: readonly TrainingSeries[],
  options: TrainingOptions,
  signal?: AbortSignal,
): Promise<TrainingResult> {
  const session = new TrainingSession(engine, series, options)
  while (!session.done && !signal?.aborted) {
    session.step()
    await setImmediate()
  }
  return session.finish(signal?.aborted ?? false)
}
