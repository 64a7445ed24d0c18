import { createHash } from 'node:crypto'
import { endianness } from 'node:os'
import { z } from 'zod'
import { checkWeights, shapeFault, WeightsRefusedError } from '#shared/recurrent/check-weights'
import { CELLS } from '#shared/recurrent/net-shape'
import type { RecurrentWeights } from '#shared/recurrent/recurrent-weights'
import { parameterCount, tensorsOf } from '#shared/recurrent/tensors'
import { type EarlierWeightsMessage, earlierWeightsMessage, fromEarlierWeights } from './earlier-weights.js'
import { weightsOrigin } from './weights-origin.js'

/** The weights record: a manifest, the tensors as base64 of little-endian float32, and a checksum over their bytes. */
const weightsMessage = z.strictObject({
  schema: z.literal('foretide.weights/2'),
  manifest: z.strictObject({
    cell: z.enum(CELLS),
    layers: z.int().positive(),
    inputs: z.int().positive(),
    hidden: z.int().positive(),
    outputs: z.int().positive(),
    output: z.enum(['linear', 'log-softmax']),
    headReadsInput: z.boolean(),
    ...weightsOrigin,
  }),
  /** By name: `layers.0.inputToGates`, …, `head.outputBias`. */
  tensors: z.record(z.string(), z.base64()),
  /** SHA-256 in hex over the tensors' bytes in the order of the manifest's architecture. */
  checksum: z.string().regex(/^[0-9a-f]{64}$/),
})

export type WeightsMessage = z.infer<typeof weightsMessage>

/**
 * The bytes of one weights record.
 * @throws WeightsRefusedError rather than write weights that `decodeWeights` would refuse
 */
export function encodeWeights(weights: RecurrentWeights): Uint8Array {
  checkWeights(weights)
  const { manifest, values } = weights
  const tensors: Record<string, string> = {}
  const hash = createHash('sha256')
  for (const { name, from, length } of tensorsOf(manifest)) {
    const bytes = toLittleEndian(values.subarray(from, from + length))
    hash.update(bytes)
    tensors[name] = bytes.toString('base64')
  }
  const message: WeightsMessage = {
    schema: 'foretide.weights/2',
    manifest: { ...manifest },
    tensors,
    checksum: hash.digest('hex'),
  }
  return Buffer.from(JSON.stringify(message))
}

/**
 * The weights of one record, checked whole: form, architecture, checksum, sizes, finite values.
 * @throws WeightsRefusedError that names the first fault
 */
export function decodeWeights(bytes: Uint8Array): RecurrentWeights {
  const { manifest, tensors, checksum } = parseMessage(bytes)
  const refuse = (fault: string): never => {
    throw new WeightsRefusedError(`Weights version ${manifest.version} are refused: ${fault}.`)
  }
  const unbuildable = shapeFault(manifest)
  if (unbuildable !== null) refuse(unbuildable)
  const places = tensorsOf(manifest)
  const superfluous = Object.keys(tensors).find((name) => !places.some((place) => place.name === name))
  if (superfluous !== undefined) refuse(`a net of this shape has no tensor ${superfluous}`)
  const hash = createHash('sha256')
  const raw = places.map(({ name, shape, length }) => {
    const found = Buffer.from(tensors[name] ?? refuse(`the tensor ${name} is missing`), 'base64')
    if (found.length !== 4 * length) {
      refuse(`${name} has ${found.length} bytes, ${4 * length} for ${shape.join(' × ')} values are needed`)
    }
    hash.update(found)
    return found
  })
  if (hash.digest('hex') !== checksum) refuse('the checksum does not match, the record is damaged')
  const values = new Float32Array(parameterCount(manifest))
  places.forEach(({ from }, i) => void values.set(fromLittleEndian(raw[i]!), from))
  const weights: RecurrentWeights = { manifest, values }
  checkWeights(weights)
  return weights
}

const anyWeightsMessage = z.discriminatedUnion('schema', [weightsMessage, earlierWeightsMessage])

function parseMessage(bytes: Uint8Array): WeightsMessage {
  let json: unknown
  try {
    json = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'))
  } catch (cause) {
    throw new WeightsRefusedError('A weights record is refused: it is not JSON.', { cause })
  }
  const parsed = anyWeightsMessage.safeParse(json)
  if (parsed.success) return isEarlier(parsed.data) ? fromEarlierWeights(parsed.data) : parsed.data
  const issue = parsed.error.issues[0]!
  const place = issue.path.length === 0 ? 'the record' : issue.path.join('.')
  throw new WeightsRefusedError(`A weights record is refused: ${place}: ${issue.message}.`)
}

function isEarlier(message: WeightsMessage | EarlierWeightsMessage): message is EarlierWeightsMessage {
  return message.schema === 'foretide.weights/1'
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
