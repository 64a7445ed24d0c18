import type { LogSeasonal } from '#shared/experts/log-seasonal'
import { LOG_SEASONAL } from '#shared/series-state/series-state'
import type { ForecastLine } from './forecast-line.js'
import { regressWave } from './regress-wave.js'
import type { Wave } from './wave.js'
import type { WaveBuffers } from './wave-buffers.js'

/** Turn each sample of a wave into its row of features, and into those of the regressions; the autoregression learns and forecasts. */
export function encodeWave(line: ForecastLine, wave: Wave, buffers: WaveBuffers): void {
  const { readOut, recentRows, covariateFeatures } = line
  line.encode(wave, buffers)
  for (let b = 0; b < wave.length; b++) {
    const { state, sample, taken } = wave[b]
    recentRows?.write(state.numbers, sample.index, buffers.features, b * line.features)
    readOut?.writeLags(state.numbers, sample.index, taken, buffers.lags, b * readOut.lagFeatures)
    if (readOut && covariateFeatures > 0) {
      const end = (b + 1) * line.features
      const covariates = buffers.features.subarray(end - covariateFeatures, end)
      buffers.lags.set(covariates, (b + 1) * readOut.lagFeatures - covariateFeatures)
    }
    if (sample.observed) state.samples++
  }
  if (line.logSeasonal) regressLogarithms(line, line.logSeasonal, wave, buffers)
}

function regressLogarithms(
  line: ForecastLine,
  logSeasonal: LogSeasonal,
  wave: Wave,
  buffers: WaveBuffers,
): void {
  const { features } = logSeasonal
  const { horizon } = line.options
  const { logRows: rows, logAnchors: anchors } = buffers
  for (let b = 0; b < wave.length; b++) {
    const { state, sample } = wave[b]
    logSeasonal.learn(state.numbers, sample.index, sample.observed)
    logSeasonal.write(state.numbers, sample.index, rows, b * features, anchors, b * horizon)
  }
  regressWave(line, wave, buffers, {
    ...{ place: LOG_SEASONAL, features, rows, anchors, out: buffers.logRegressed },
    scaled: ({ state: { numbers }, taken }) => logSeasonal.scaled(numbers, taken),
    ready: ({ state: { numbers } }) => logSeasonal.ready(numbers),
  })
}
