import { NO_LANE } from '#shared/series-state/series-state'
import type { ForecastLine } from './forecast-line.js'
import type { PartitionState, Slot } from './partition-state.js'
import type { Wave } from './wave.js'
import type { WaveBuffers } from './wave-buffers.js'

/** Move the hidden states of a wave one step on, in both slots, and read the heads out. */
export function stepWave(
  line: ForecastLine,
  partition: PartitionState,
  wave: Wave,
  buffers: WaveBuffers,
): void {
  stepSlot(line, partition.serving, wave, buffers.features, buffers.serving)
  if (partition.shadow) stepSlot(line, partition.shadow, wave, buffers.features, buffers.shadow)
}

function stepSlot(
  line: ForecastLine,
  slot: Slot,
  wave: Wave,
  features: Float32Array,
  outputs: Float32Array,
): void {
  const lanes = new Int32Array(wave.length)
  for (let b = 0; b < wave.length; b++) {
    const { state } = wave[b]
    // A hidden state means something only to the weights that made it: others start from zero and warm up.
    if (state.lanes[slot.lane] === NO_LANE || state.laneVersions[slot.lane] !== slot.weights.version) {
      line.startLane(state, slot)
    }
    lanes[b] = state.lanes[slot.lane]
    state.laneSteps[slot.lane]++
  }
  line.engine.step(slot.weights, lanes, features, outputs, wave.length)
}
