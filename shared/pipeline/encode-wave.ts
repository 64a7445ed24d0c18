import { AUTOREGRESSION } from '#shared/series-state/series-state'
import type { ForecastLine } from './forecast-line.js'
import { regressWave } from './regress-wave.js'
import type { Wave } from './wave.js'
import type { WaveBuffers } from './wave-buffers.js'

/** Turn each sample of a wave into its row of features, and into those of the regressions; the autoregression learns and forecasts. */
export function encodeWave(line: ForecastLine, wave: Wave, buffers: WaveBuffers): void {
  const { encoder, autoregression, readOut } = line
  for (let b = 0; b < wave.length; b++) {
    const { state, sample, taken } = wave[b]
    encoder.encode(
      state.numbers,
      sample.index,
      taken,
      sample.observed,
      sample.skipped,
      buffers.features,
      b * encoder.features,
    )
    if (line.frozenScale.hold(state.numbers)) line.regressions.clear(state)
    const { numbers } = state
    line.anchors.write(numbers, sample.index, taken, buffers.anchors, b * line.options.horizon)
    autoregression.writeRow(numbers, sample.index, taken, buffers.rows, b * autoregression.features)
    readOut.writeLags(numbers, sample.index, taken, buffers.lags, b * readOut.lagFeatures)
    if (sample.observed) state.samples++
  }
  const { rows, regressed: out } = buffers
  const { features } = autoregression
  regressWave(line, wave, buffers, { place: AUTOREGRESSION, features, rows, out, means: () => true })
}
