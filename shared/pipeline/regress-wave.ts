import type { RegressionPlace } from '#shared/series-state/series-state'
import type { ForecastLine } from './forecast-line.js'
import type { Wave } from './wave.js'
import type { WaveBuffers } from './wave-buffers.js'

/** Whose regressions are advanced, on what. */
export interface Regressed {
  readonly place: RegressionPlace
  /** F */
  readonly features: number
  /** [B, F] */
  readonly rows: Float32Array
  /** [B, H] receives forecasts in units of the frozen scale. */
  readonly out: Float32Array
  /** Whether the b-th row means anything yet; where not, nothing is learned and the forecast is its anchor. */
  readonly means: (b: number) => boolean
}

/** Advance one regression of each series of a wave: learn from what matured, take the rows up, forecast. */
export function regressWave(
  line: ForecastLine,
  wave: Wave,
  buffers: WaveBuffers,
  regressed: Regressed,
): void {
  const { place, features, rows, out, means } = regressed
  const { regressions, frozenScale } = line
  const { horizon } = line.options
  const { anchors, slots, indices, values, learns } = buffers
  const arena = regressions.of(place, features)
  for (let b = 0; b < wave.length; b++) {
    const { state, sample, taken } = wave[b]
    const { numbers } = state
    slots[b] = regressions.slotOf(state, place, features)
    indices[b] = regressions.indexOf(arena, slots[b], sample.index, sample.skipped)
    values[b] = (taken - frozenScale.center(numbers)) / frozenScale.unit(numbers)
    learns[b] = sample.observed && frozenScale.frozen(numbers) && means(b) ? 1 : 0
  }
  arena.advance({ slots, indices, values, learns, rows, anchors, out, count: wave.length })
  for (let b = 0; b < wave.length; b++) {
    if (!means(b)) out.set(anchors.subarray(b * horizon, (b + 1) * horizon), b * horizon)
  }
}
