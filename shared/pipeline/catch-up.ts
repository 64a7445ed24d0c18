import type { ForecastLine } from './forecast-line.js'
import type { Slot } from './partition-state.js'
import type { Wave, WaveEntry } from './wave.js'

/**
 * Past rows that a lane which is behind takes with each sample. A batch in which every series is behind costs so many times
 * the steps of another, for the few samples that catching up takes: `behind / (CATCH_UP_ROWS − 1)`.
 */
export const CATCH_UP_ROWS = 8

/**
 * Take lanes that are behind further through the recent rows of their series, some with every sample, so that weights that
 * begin to serve without having shadowed are warm soon, and no batch is late for it. What a series does depends on its own
 * samples alone, wherever batches end.
 *
 * @returns places in the wave of those that are behind still; the sample of the wave is one of their recent rows now
 */
export function catchUp(line: ForecastLine, { lane, weights }: Slot, wave: Wave): ReadonlySet<number> {
  const late: number[] = []
  for (let b = 0; b < wave.length; b++) if (wave[b].state.laneSteps[lane] < 0) late.push(b)
  const behind = new Set<number>()
  if (late.length === 0) return behind
  const { recentRows, engine, features, options } = line
  if (!recentRows) return behind
  const lanes = new Int32Array(late.length)
  const rows = new Float32Array(late.length * features)
  const outputs = new Float32Array(late.length * options.horizon)
  for (let k = 0; k < CATCH_UP_ROWS; k++) {
    let count = 0
    for (const b of late) {
      const { state, sample } = wave[b]
      const rest = -state.laneSteps[lane] - k
      if (rest <= 0) continue
      lanes[count] = state.lanes[lane]
      recentRows.read(state.numbers, sample.index - rest, rows, count * features)
      count++
    }
    if (count > 0) engine.step(weights, lanes, rows, outputs, count)
  }
  for (const b of late) if (!advanced(line, lane, wave[b])) behind.add(b)
  return behind
}

/** @returns whether the lane stands right before the sample, which it steps next */
function advanced(line: ForecastLine, lane: Slot['lane'], { state }: WaveEntry): boolean {
  const rest = -state.laneSteps[lane] - CATCH_UP_ROWS
  if (rest > 0) {
    state.laneSteps[lane] = -(rest + 1)
    return false
  }
  state.laneSteps[lane] = rowsBefore(line, state.numbers)
  return true
}

/** Recent rows of a series before that of its newest sample, as many as warm a hidden state up. */
export function rowsBefore({ recentRows }: ForecastLine, numbers: Float64Array): number {
  return recentRows ? Math.max(0, Math.min(recentRows.length, recentRows.count(numbers)) - 1) : 0
}
