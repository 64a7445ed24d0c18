import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { decodeWeights, encodeWeights } from '#shared/contracts/weights'
import { WeightsRefusedError } from '#shared/recurrent/check-weights'
import { randomWeights } from '../../../reference/gru/random-weights.js'

const sizes = { hidden: 5, inputs: 3, leads: 2 }

/** A record as someone else might have written it. */
interface LooseRecord {
  schema: string
  manifest?: Record<string, unknown>
  tensors: Record<string, string | undefined>
  checksum: string
}

function recordOf(change: (record: LooseRecord) => void): Uint8Array {
  const record: LooseRecord = JSON.parse(Buffer.from(encodeWeights(randomWeights(sizes, 1))).toString())
  change(record)
  return Buffer.from(JSON.stringify(record))
}

describe('the weights record', () => {
  it('gives back every bit that went in', () => {
    const weights = randomWeights(sizes, 1)
    weights.hiddenToLeads.set([-0, 1e-45, 3.4028234663852886e38, -1.17549435e-38, 0.1])
    const read = decodeWeights(encodeWeights(weights))
    expect(read.manifest).toEqual(weights.manifest)
    for (const [name, values] of Object.entries(weights)) {
      if (!(values instanceof Float32Array)) continue
      const found = (read as unknown as Record<string, Float32Array>)[name]!
      expect(new Uint8Array(found.buffer, found.byteOffset, found.byteLength), name).toEqual(
        new Uint8Array(values.buffer),
      )
    }
  })

  it('reads a record that stands at an odd place in a larger buffer', () => {
    const bytes = encodeWeights(randomWeights(sizes, 1))
    const larger = new Uint8Array(bytes.length + 8)
    larger.set(bytes, 3)
    expect(decodeWeights(larger.subarray(3, 3 + bytes.length))).toEqual(randomWeights(sizes, 1))
  })

  it('writes little-endian float32 as base64: 1 is AACAPw==', () => {
    const weights = randomWeights({ hidden: 1, inputs: 1, leads: 1 }, 1)
    weights.leadBias[0] = 1
    const record = JSON.parse(Buffer.from(encodeWeights(weights)).toString())
    // IEEE 754: 1 = 0x3f800000, bytes 00 00 80 3f.
    expect(record.tensors.leadBias).toBe('AACAPw==')
    expect(record.schema).toBe('foretide.weights/1')
  })

  const faults: [string, Uint8Array, RegExp][] = [
    ['bytes that are no JSON', Buffer.from('{"schema":'), /not JSON/],
    [
      'an unknown schema',
      recordOf((r) => {
        r.schema = 'foretide.weights/2'
      }),
      /schema/,
    ],
    [
      'a missing manifest',
      recordOf((r) => {
        delete r.manifest
      }),
      /manifest/,
    ],
    [
      'another cell',
      recordOf((r) => {
        r.manifest!.cell = 'lstm'
      }),
      /manifest\.cell/,
    ],
    [
      'a field nobody knows',
      recordOf((r) => {
        r.manifest!.layers = 2
      }),
      /layers/,
    ],
    [
      'a tensor that is missing',
      recordOf((r) => {
        delete r.tensors.leadBias
      }),
      /leadBias/,
    ],
    [
      'a checksum of other bytes',
      recordOf((r) => {
        r.checksum = '0'.repeat(64)
      }),
      /checksum/,
    ],
    [
      'one changed value',
      recordOf((r) => {
        r.tensors.leadBias = 'AACAPwAAgD8='
      }),
      /checksum/,
    ],
    [
      'half a float',
      recordOf((r) => {
        r.tensors.leadBias = 'AACAPwA='
      }),
      /leadBias has 5 bytes/,
    ],
    [
      'another size in the manifest',
      recordOf((r) => {
        r.manifest!.hidden = 6
      }),
      /inputToGates has 45 values, 54/,
    ],
    [
      'a hidden size of 0',
      recordOf((r) => {
        r.manifest!.hidden = 0
      }),
      /manifest\.hidden/,
    ],
  ]
  it.each(faults)('is refused with one sentence when it holds %s', (_, bytes, sentence) => {
    expect(() => decodeWeights(bytes)).toThrow(WeightsRefusedError)
    expect(() => decodeWeights(bytes)).toThrow(sentence)
  })

  it('is refused when a value is not finite, though the checksum is right', () => {
    const bytes = recordOf((record) => {
      record.tensors.leadBias = Buffer.from(Float32Array.of(Number.NaN, 1).buffer).toString('base64')
      const hash = createHash('sha256')
      for (const text of Object.values(record.tensors)) hash.update(Buffer.from(text!, 'base64'))
      record.checksum = hash.digest('hex')
    })
    expect(() => decodeWeights(bytes)).toThrow(/leadBias holds NaN at 0/)
  })

  it('is never written with weights that nobody could read', () => {
    const weights = { ...randomWeights(sizes, 1), leadBias: Float32Array.of(1, Number.POSITIVE_INFINITY) }
    expect(() => encodeWeights(weights)).toThrow(WeightsRefusedError)
  })
})
