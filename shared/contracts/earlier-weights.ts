import { z } from 'zod'
import type { WeightsMessage } from './weights.js'
import { weightsOrigin } from './weights-origin.js'

/** The first form of the weights record: one GRU layer, whose tensors have names without a layer. */
export const earlierWeightsMessage = z.strictObject({
  schema: z.literal('foretide.weights/1'),
  manifest: z.strictObject({
    cell: z.literal('gru'),
    inputs: z.int().positive(),
    hidden: z.int().positive(),
    leads: z.int().positive(),
    ...weightsOrigin,
  }),
  tensors: z.strictObject({
    inputToGates: z.base64(),
    hiddenToGates: z.base64(),
    inputBias: z.base64(),
    hiddenBias: z.base64(),
    hiddenToLeads: z.base64(),
    inputToLeads: z.base64(),
    leadBias: z.base64(),
  }),
  checksum: z.string().regex(/^[0-9a-f]{64}$/),
})

export type EarlierWeightsMessage = z.infer<typeof earlierWeightsMessage>

/** The same weights in the form of today; the tensors' order, and so the checksum, is the same. */
export function fromEarlierWeights({ manifest, tensors, checksum }: EarlierWeightsMessage): WeightsMessage {
  const { leads, ...rest } = manifest
  return {
    schema: 'foretide.weights/2',
    manifest: { ...rest, layers: 1, outputs: leads, output: 'linear', headReadsInput: true },
    tensors: {
      'layers.0.inputToGates': tensors.inputToGates,
      'layers.0.hiddenToGates': tensors.hiddenToGates,
      'layers.0.inputBias': tensors.inputBias,
      'layers.0.hiddenBias': tensors.hiddenBias,
      'head.hiddenToOutputs': tensors.hiddenToLeads,
      'head.inputToOutputs': tensors.inputToLeads,
      'head.outputBias': tensors.leadBias,
    },
    checksum,
  }
}
