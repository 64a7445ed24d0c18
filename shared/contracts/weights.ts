import { createHash } from 'node:crypto'
import { endianness } from 'node:os'
import { z } from 'zod'
import {
  checkWeights,
  type TensorName,
  tensorShapes,
  WeightsRefusedError,
} from '#shared/recurrent/check-weights'
import type { GruWeights } from '#shared/recurrent/gru-weights'

const loss = z.number().refine(Number.isFinite, 'must be finite')
const tensor = z.base64()

/** The weights record: a manifest, the tensors as base64 of little-endian float32, and a checksum over their bytes. */
export const weightsMessage = z.strictObject({
  schema: z.literal('foretide.weights/1'),
  manifest: z.strictObject({
    cell: z.literal('gru'),
    version: z.int().nonnegative(),
    inputs: z.int().positive(),
    hidden: z.int().positive(),
    leads: z.int().positive(),
    featureLayout: z.string(),
    trainedToMs: z.int().nullable(),
    samples: z.int().nonnegative(),
    heldBack: z.strictObject({ loss, servingLoss: loss, naiveLoss: loss }).nullable(),
  }),
  tensors: z.strictObject({
    inputToGates: tensor,
    hiddenToGates: tensor,
    inputBias: tensor,
    hiddenBias: tensor,
    hiddenToLeads: tensor,
    inputToLeads: tensor,
    leadBias: tensor,
  }),
  /** SHA-256 in hex over the tensors' bytes in the order above. */
  checksum: z.string().regex(/^[0-9a-f]{64}$/),
})

export type WeightsMessage = z.infer<typeof weightsMessage>

/**
 * The bytes of one weights record.
 * @throws WeightsRefusedError rather than write weights that `decodeWeights` would refuse
 */
export function encodeWeights(weights: GruWeights): Uint8Array {
  checkWeights(weights)
  const { manifest } = weights
  const tensors = {} as Record<TensorName, string>
  const hash = createHash('sha256')
  for (const { name } of tensorShapes(manifest)) {
    const bytes = toLittleEndian(weights[name])
    hash.update(bytes)
    tensors[name] = bytes.toString('base64')
  }
  const message: WeightsMessage = {
    schema: 'foretide.weights/1',
    manifest: { ...manifest },
    tensors,
    checksum: hash.digest('hex'),
  }
  return Buffer.from(JSON.stringify(message))
}

/**
 * The weights of one record, checked whole: form, checksum, shapes, finite values.
 * @throws WeightsRefusedError that names the first fault
 */
export function decodeWeights(bytes: Uint8Array): GruWeights {
  const message = parseMessage(bytes)
  const { manifest } = message
  const tensors = {} as Record<TensorName, Float32Array>
  const hash = createHash('sha256')
  for (const { name } of tensorShapes(manifest)) {
    const raw = Buffer.from(message.tensors[name], 'base64')
    hash.update(raw)
    if (raw.length % 4 !== 0) {
      throw new WeightsRefusedError(
        `Weights version ${manifest.version} are refused: ${name} has ${raw.length} bytes, no multiple of 4.`,
      )
    }
    tensors[name] = fromLittleEndian(raw)
  }
  if (hash.digest('hex') !== message.checksum) {
    throw new WeightsRefusedError(
      `Weights version ${manifest.version} are refused: the checksum does not match, the record is damaged.`,
    )
  }
  const weights: GruWeights = { manifest, ...tensors }
  checkWeights(weights)
  return weights
}

function parseMessage(bytes: Uint8Array): WeightsMessage {
  let json: unknown
  try {
    json = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'))
  } catch (cause) {
    throw new WeightsRefusedError('A weights record is refused: it is not JSON.', { cause })
  }
  const parsed = weightsMessage.safeParse(json)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]!
  const place = issue.path.length === 0 ? 'the record' : issue.path.join('.')
  throw new WeightsRefusedError(`A weights record is refused: ${place}: ${issue.message}.`)
}

function toLittleEndian(values: Float32Array): Buffer {
  const bytes = Buffer.from(values.slice().buffer)
  return endianness() === 'LE' ? bytes : bytes.swap32()
}

function fromLittleEndian(raw: Buffer): Float32Array {
  const aligned = Buffer.from(new ArrayBuffer(raw.length))
  raw.copy(aligned)
  if (endianness() !== 'LE') aligned.swap32()
  return new Float32Array(aligned.buffer, aligned.byteOffset, raw.length / 4)
}
