/**
 * A learner that trains again and again on a stream that goes on, in a process of its own, run from the build with --expose-gc.
 * Argument: JSON of settings, engine (kernel, tensorflow, wasm), trainings, every (of which one is reported).
 * Writes a JSON line for each that is reported: trainings so far, bytes resident, bytes held by the heap and by arrays, tensors, versions
 * published and put to serve; or one line with `unavailable` where the engine does not load.
 */
import { setTimeout } from 'node:timers/promises'
import { createLearner } from '#shared/composition/create-learner'
import { pipelineUntrainedWeights } from '#shared/composition/pipeline-parts'
import { createKernelGradientEngine } from '#shared/recurrent/kernel/kernel-gradient-engine'

const { settings, engine: name, trainings, every } = JSON.parse(process.argv[2])
const write = (line) => process.stdout.write(`${JSON.stringify(line)}\n`)
const { engine, countTensors } = await openEngine().catch((fault) => {
  write({ unavailable: String(fault.message).split('\n')[0] })
  process.exit(0)
})

const learner = createLearner(settings, pipelineUntrainedWeights(settings), async () => engine)
const never = new AbortController().signal
const seriesCount = 4
let samples = 0
/** A noisy wave that goes on. */
function feed(count) {
  const records = []
  for (let i = 0; i < count; i++, samples++) {
    const time = Date.UTC(2020, 0, 1) + samples * settings.cadenceMs
    for (let s = 0; s < seriesCount; s++) {
      const value =
        Math.sin((2 * Math.PI * (samples + s)) / settings.season) + 0.3 * Math.sin(samples * samples)
      const bytes = Buffer.from(JSON.stringify({ series: `s${s}`, time, value }))
      records.push({ offset: records.length, key: null, value: bytes, headers: [], timestamp: time })
    }
  }
  learner.take(0, records)
}

feed(400)
// Weights that serve are trained on; others begin at random ones.
let [served, published] = [0, 0]
for (let done = 1; done <= trainings; done++) {
  feed(20)
  learner.request()
  const { better, weights } = await learner.train({ ...learner.due(), steps: 8 }, never)
  if (better) {
    published++
    if (done % 2 === 0) learner.challenge(weights, [0])
    else {
      served++
      learner.adopt(weights, [0])
    }
  }
  if (done % every > 0) continue
  global.gc()
  // What finalizers free, they free in a later turn.
  await setTimeout(5)
  global.gc()
  const { rss, heapUsed, external } = process.memoryUsage()
  write({ done, rss, held: heapUsed + external, tensors: countTensors(), published, served })
}

async function openEngine() {
  if (name === 'kernel') return { engine: createKernelGradientEngine(), countTensors: () => 0 }
  const { loadTensorflow } = await import('#shared/recurrent/tensorflow/backend')
  const { createTensorflowGradientEngine } = await import('#shared/recurrent/tensorflow/gradient-engine')
  const backend = await loadTensorflow({ backend: name })
  return {
    engine: createTensorflowGradientEngine(backend),
    countTensors: () => backend.tf.memory().numTensors,
  }
}
