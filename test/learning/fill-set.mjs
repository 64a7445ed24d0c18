/**
 * A training set that is filled in a process of its own, run from the build with --expose-gc.
 * Argument: JSON of memory, series, events, rareEvery (events to one of a rare series). Writes one JSON line of what was held.
 */
import { ChunkArrays } from '#shared/learning/chunk-arrays'
import { SegmentSampler } from '#shared/learning/segment-sampler'
import { splitHeldBack } from '#shared/learning/split-held-back'
import { TrainingSet } from '#shared/learning/training-set'
import { SeededRandom } from '#shared/recurrent/seeded-random'

const { memory, series, events, rareEvery } = JSON.parse(process.argv[2])
const [features, horizon, cadenceMs] = [14, 24, 3_600_000]
const resident = () => {
  global.gc()
  return process.memoryUsage().rss
}

const set = new TrainingSet({ memory, features, horizon, cadenceMs, seed: 1 })
const before = resident()
const row = new Float32Array(features)
const names = Array.from({ length: series }, (_, s) => `busy-${s}`)
let bytesMax = 0
let rare = 0
for (let i = 0; i < events; i++) {
  const t = Math.floor(i / series)
  set.add(names[i % series], row, i % 100, 1, true, t * cadenceMs)
  if (i % rareEvery === 0) {
    // A marker, to know it again in a chunk.
    set.add('rare', row.fill(7), 1, 1, true, rare++ * cadenceMs)
    row.fill(0)
  }
  if (set.bytes > bytesMax) bytesMax = set.bytes
}
const grown = resident() - before

const held = set.series()
const shape = {
  cell: 'gru',
  layers: 1,
  inputs: features,
  hidden: 1,
  outputs: horizon,
  output: 'linear',
  headReadsInput: true,
}
const loss = {
  scales: new Float64Array(horizon).fill(1),
  weights: new Float64Array(horizon).fill(1),
  huberDelta: 2,
}
const ends = splitHeldBack(held, 0.1)
const options = { stride: 32, chunksPerSegment: 4, warmUp: 16, recentShare: 0.5, recentMean: 0.15 }
const sampler = new SegmentSampler(held, ends, options, new SeededRandom(1))
const chunk = new ChunkArrays(64, 32, shape, loss)
let drawn = 0
const chunks = 2000
for (let c = 0; c < chunks && !sampler.empty; c++) {
  sampler.fillNext(chunk)
  for (let lane = 0; lane < 64; lane++) if (chunk.inputs[lane * features] === 7) drawn++
}
const kept = held
  .filter((stretch) => stretch.series === 'rare')
  .reduce((sum, { values }) => sum + values.length, 0)
console.log(
  JSON.stringify({
    bytesMax,
    grown,
    samples: set.samples,
    series: new Set(held.map((stretch) => stretch.series)).size,
    rare: kept,
    drawn: drawn / (64 * chunks),
  }),
)
