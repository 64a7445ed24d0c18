import { loadTensorflow } from '#shared/recurrent/tensorflow/backend'
import { createTensorflowGradientEngine } from '#shared/recurrent/tensorflow/gradient-engine'
import { describeGradientEngine } from './gradient-contract.js'

const backend = await loadTensorflow({ backend: 'wasm' })

describeGradientEngine('TensorFlow on WebAssembly', () => createTensorflowGradientEngine(backend), {
  countKept: () => backend.tf.memory().numTensors,
})
