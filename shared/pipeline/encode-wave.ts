import type { ForecastLine } from './forecast-line.js'
import type { Wave } from './wave.js'
import type { WaveBuffers } from './wave-buffers.js'

/** Turn each sample of a wave into its row of features, and let the experts that learn of themselves take it up. */
export function encodeWave(line: ForecastLine, wave: Wave, buffers: WaveBuffers): void {
  const { encoder } = line
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
    for (const expert of line.experts) expert.learn?.(state.numbers, sample.index, taken, sample.observed)
    if (sample.observed) state.samples++
  }
}
