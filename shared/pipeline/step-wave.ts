import { topPartOf } from '#shared/recurrent/net-shape'
import { NO_LANE } from '#shared/series-state/series-state'
import { catchUp, rowsBefore } from './catch-up.js'
import { type ForecastLine, WARM_STEPS } from './forecast-line.js'
import type { PartitionState, Slot } from './partition-state.js'
import { overProfile, type Regressed, regressWave } from './regress-wave.js'
import type { Wave } from './wave.js'
import type { WaveBuffers } from './wave-buffers.js'

/** Move the hidden states of a wave one step on, in both slots, and read them out: by the shared head, and by each series' own regression. */
export function stepWave(
  line: ForecastLine,
  partition: PartitionState,
  wave: Wave,
  buffers: WaveBuffers,
): void {
  if (!line.usesNet) return
  const { serving, shadow } = partition
  startLanes(line, serving, wave)
  stepSlot(line, serving, wave, buffers, buffers.serving, catchUp(line, serving, wave))
  readSlotOut(line, serving, wave, buffers, { out: buffers.readOut, fastOut: buffers.fastReadOut })
  if (!shadow) return
  startLanes(line, shadow, wave)
  stepSlot(line, shadow, wave, buffers, buffers.shadow, catchUp(line, shadow, wave))
  // It is the head that a challenger is judged by: its read-outs only learn.
  readSlotOut(line, shadow, wave, buffers, {})
}

/** Let each series' read-out of a slot learn from what matured, take the hidden state up, and forecast. */
function readSlotOut(
  line: ForecastLine,
  { lane, weights }: Slot,
  wave: Wave,
  buffers: WaveBuffers,
  { out, fastOut }: Pick<Regressed, 'out' | 'fastOut'>,
): void {
  const { readOut, fastReadOut, frozenScale } = line
  if (!readOut || !frozenScale) return
  const { hidden } = weights.shape
  const { lagFeatures } = readOut
  const features = readOut.featuresFor(hidden)
  const part = topPartOf(weights.shape)
  const rows = buffers.readOutRowsOf(features)
  for (let b = 0; b < wave.length; b++) {
    line.engine.readPart(wave[b].state.lanes[lane], part, rows, b * features)
    const to = b * features + hidden
    for (let f = 0, from = b * lagFeatures; f < lagFeatures; f++) rows[to + f] = buffers.lags[from + f]
  }
  regressWave(line, wave, buffers, {
    ...{ place: lane, features, rows, anchors: buffers.anchors, out },
    fastOut: fastReadOut ? fastOut : undefined,
    ...overProfile(frozenScale),
    means: ({ state }) => state.laneSteps[lane] >= WARM_STEPS,
  })
}

/**
 * A hidden state means something only to the weights that made it: others start from zero, with the recent samples that they
 * missed ahead of them.
 */
function startLanes(line: ForecastLine, slot: Slot, wave: Wave): void {
  for (const { state } of wave) {
    if (state.lanes[slot.lane] !== NO_LANE && state.laneVersions[slot.lane] === slot.weights.version) continue
    line.startLane(state, slot)
    state.laneSteps[slot.lane] = -rowsBefore(line, state.numbers)
  }
}

/** @param behind places in the wave whose lanes are not at this sample yet; their outputs are 0 */
function stepSlot(
  line: ForecastLine,
  slot: Slot,
  wave: Wave,
  { features, lanes }: Pick<WaveBuffers, 'features' | 'lanes'>,
  outputs: Float32Array,
  behind: ReadonlySet<number>,
): void {
  if (behind.size > 0) {
    stepSome(line, slot, wave, features, outputs, behind)
    return
  }
  for (let b = 0; b < wave.length; b++) {
    const { state } = wave[b]
    lanes[b] = state.lanes[slot.lane]
    state.laneSteps[slot.lane]++
  }
  line.engine.step(slot.weights, lanes, features, outputs, wave.length)
}

function stepSome(
  line: ForecastLine,
  slot: Slot,
  wave: Wave,
  features: Float32Array,
  outputs: Float32Array,
  behind: ReadonlySet<number>,
): void {
  const places = Array.from(wave.keys()).filter((b) => !behind.has(b))
  const width = line.features
  const { horizon } = line.options
  const rows = new Float32Array(places.length * width)
  places.forEach((b, i) => void rows.set(features.subarray(b * width, (b + 1) * width), i * width))
  const heads = new Float32Array(places.length * horizon)
  const some = places.map((b) => wave[b])
  const buffers = { features: rows, lanes: new Int32Array(some.length) }
  if (some.length > 0) stepSlot(line, slot, some, buffers, heads, new Set())
  for (const b of behind) outputs.fill(0, b * horizon, (b + 1) * horizon)
  places.forEach((b, i) => void outputs.set(heads.subarray(i * horizon, (i + 1) * horizon), b * horizon))
}
