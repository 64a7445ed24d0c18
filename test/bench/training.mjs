// Series-timesteps per second of truncated BPTT (forward, heads, backward): `npm run build`, then
// `node test/bench/training.mjs [inputs] [leads]`. The first lines show why the backward pass transposes by itself.
import { loadTensorflow } from '../../dist/shared/recurrent/tensorflow/backend.js'
import { differentiateChunk } from '../../dist/shared/recurrent/tensorflow/gru-gradient.js'
import { untrainedWeights } from '../../dist/shared/recurrent/untrained-weights.js'

const F = Number(process.argv[2] ?? 22)
const H = Number(process.argv[3] ?? 24)
const { tf, name, reason } = await loadTensorflow()
process.stdout.write(`backend ${name} (${reason}), F=${F}, H=${H}\n`)

{
  const [a, b] = [
    tf.randomNormal([128, 32], 0, 1, 'float32', 1),
    tf.randomNormal([128, 96], 0, 1, 'float32', 2),
  ]
  const flagged = rateOf(1, () => tf.tidy(() => void tf.matMul(a, b, true, false)), 500)
  const explicit = rateOf(1, () => tf.tidy(() => void tf.matMul(tf.transpose(a), b)), 500)
  process.stdout.write(
    `aᵀb of 128 × 32 and 128 × 96: ${(1e6 / flagged).toFixed(0)} µs by flag, ${(1e6 / explicit).toFixed(0)} µs by transposing\n`,
  )
}

for (const D of [32, 48]) {
  for (const [B, T] of [
    [64, 24],
    [64, 32],
    [64, 48],
    [128, 32],
    [256, 32],
    [512, 32],
  ]) {
    const weights = untrainedWeights({ inputs: F, hidden: D, leads: H, featureLayout: 'bench', seed: 1 })
    const wave = (length, period) => Float32Array.from({ length }, (_, i) => Math.sin(i / period))
    const chunk = {
      lanes: B,
      inputs: wave(T * B * F, 7),
      targets: wave(T * B * H, 11),
      lossWeights: new Float32Array(T * B * H).fill(1 / (T * B * H)),
      hidden: new Float32Array(B * D),
    }
    const own = rateOf(B * T, () => differentiateChunk(tf, weights, chunk, 2))
    process.stdout.write(
      `D=${D} B=${B} T=${T}: ${(own / 1000).toFixed(1)} k/s, ${((B * T * 1000) / own).toFixed(1)} ms a step\n`,
    )
  }
}

/** Median of five runs of at least 30,000 series-timesteps, after one to warm up. */
function rateOf(size, run, times = Math.ceil(30_000 / size)) {
  const rates = Array.from({ length: 6 }, () => {
    const startedAt = performance.now()
    for (let i = 0; i < times; i++) run()
    return (size * times * 1000) / (performance.now() - startedAt)
  })
  return rates.slice(1).sort((a, b) => a - b)[2]
}
