// Steps per second of the serving engine, GRU-64: `npm run build`, then `node test/bench/kernel.mjs [inputs] [leads]`.
import { createKernelEngine } from '../../dist/shared/recurrent/kernel/kernel-engine.js'
import { untrainedWeights } from '../../dist/shared/recurrent/untrained-weights.js'

const inputs = Number(process.argv[2] ?? 8)
const leads = Number(process.argv[3] ?? 24)
const hidden = Number(process.argv[4] ?? 64)
const engine = createKernelEngine({ hidden, inputs, leads })
const weights = engine.load(untrainedWeights({ inputs, hidden, leads, featureLayout: 'bench', seed: 1 }))
const lanes = Int32Array.from({ length: 1024 }, () => engine.allocate())

for (const batch of [1, 4, 7, 24, 48, 256]) {
  const rows = Float32Array.from({ length: batch * inputs }, (_, i) => Math.sin(i))
  const outputs = new Float32Array(batch * leads)
  // Different lanes in turn, as in service, where the states of a batch are not in the cache from the last one.
  const groups = Array.from({ length: Math.floor(1024 / batch) }, (_, g) =>
    lanes.slice(g * batch, (g + 1) * batch),
  )
  const run = (steps) => {
    const startedAt = performance.now()
    for (let done = 0, g = 0; done < steps; done += batch, g = (g + 1) % groups.length) {
      engine.step(weights, groups[g], rows, outputs, batch)
    }
    return (steps / (performance.now() - startedAt)) * 1000
  }
  run(100_000)
  const rates = Array.from({ length: 7 }, () => run(200_000)).sort((a, b) => a - b)
  const median = rates[3] / 1e6
  process.stdout.write(
    `GRU-${hidden} F=${inputs} H=${leads} B=${batch}: ${median.toFixed(3)} M steps/s, ${(1 / median).toFixed(2)} µs each\n`,
  )
}
