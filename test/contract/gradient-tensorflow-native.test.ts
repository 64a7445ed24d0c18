import { describe, it } from 'vitest'
import { loadTensorflow } from '#shared/recurrent/tensorflow/backend'
import { createTensorflowGradientEngine } from '#shared/recurrent/tensorflow/gradient-engine'
import { describeGradientEngine } from './gradient-contract.js'

const NAME = 'TensorFlow on its native library'
const backend = await loadTensorflow({ backend: 'tensorflow' }).catch((fault: unknown) => {
  const message = fault instanceof Error ? fault.message.split('\n')[0] : String(fault)
  console.warn(
    `\n!! NOT TESTED: ${NAME}. It does not load: ${message}\n!! \`npm run setup:tensorflow\` installs it.\n`,
  )
  return null
})

if (backend === null) {
  describe(NAME, () => {
    it.skip('holds to the contract (npm run setup:tensorflow installs what is missing)', () => {})
  })
} else {
  describeGradientEngine(NAME, () => createTensorflowGradientEngine(backend), {
    countKept: () => backend.tf.memory().numTensors,
  })
}
