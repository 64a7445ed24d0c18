import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { decodeWeights, encodeWeights } from '#shared/contracts/weights'
import { WeightsRefusedError } from '#shared/recurrent/check-weights'
import { CELLS, type NetShape } from '#shared/recurrent/net-shape'
import { viewTensors } from '#shared/recurrent/tensors'
import { randomWeights } from '../../../reference/recurrent/random-nets.js'

const shape: NetShape = {
  cell: 'gru',
  layers: 1,
  inputs: 3,
  hidden: 5,
  outputs: 2,
  output: 'linear',
  headReadsInput: true,
}

/** A record as someone else might have written it. */
interface LooseRecord {
  schema: string
  manifest?: Record<string, unknown>
  tensors: Record<string, string | undefined>
  checksum: string
}

function recordOf(change: (record: LooseRecord) => void): Uint8Array {
  const record: LooseRecord = JSON.parse(Buffer.from(encodeWeights(randomWeights(shape, 1))).toString())
  change(record)
  return Buffer.from(JSON.stringify(record))
}

describe('the weights record', () => {
  it('gives back every bit that went in', () => {
    const weights = randomWeights(shape, 1)
    weights.values.set([-0, 1e-45, 3.4028234663852886e38, -1.17549435e-38, 0.1], 7)
    const read = decodeWeights(encodeWeights(weights))
    expect(read.manifest).toEqual(weights.manifest)
    expect(new Uint8Array(read.values.buffer)).toEqual(new Uint8Array(weights.values.buffer))
  })

  it.each(CELLS)('holds a net of two layers of %s', (cell) => {
    const weights = randomWeights({ ...shape, cell, layers: 2, headReadsInput: cell === 'lstm' }, 3)
    expect(decodeWeights(encodeWeights(weights))).toEqual(weights)
  })

  // Written by version 0.1.0 of the first form: tensors by the names that they had, the manifest without layers.
  it('reads the first form, in which a net was one GRU layer', () => {
    const weights = randomWeights(shape, 1)
    const { tensors, checksum } = JSON.parse(Buffer.from(encodeWeights(weights)).toString())
    const { version, featureLayout, trainedToMs, samples, heldBack } = weights.manifest
    const earlier = {
      schema: 'foretide.weights/1',
      manifest: {
        ...{ cell: 'gru', version, inputs: 3, hidden: 5, leads: 2 },
        ...{ featureLayout, trainedToMs, samples, heldBack },
      },
      tensors: {
        inputToGates: tensors['layers.0.inputToGates'],
        hiddenToGates: tensors['layers.0.hiddenToGates'],
        inputBias: tensors['layers.0.inputBias'],
        hiddenBias: tensors['layers.0.hiddenBias'],
        hiddenToLeads: tensors['head.hiddenToOutputs'],
        inputToLeads: tensors['head.inputToOutputs'],
        leadBias: tensors['head.outputBias'],
      },
      checksum,
    }
    expect(decodeWeights(Buffer.from(JSON.stringify(earlier)))).toEqual(weights)
  })

  it('reads a record that stands at an odd place in a larger buffer', () => {
    const bytes = encodeWeights(randomWeights(shape, 1))
    const larger = new Uint8Array(bytes.length + 8)
    larger.set(bytes, 3)
    expect(decodeWeights(larger.subarray(3, 3 + bytes.length))).toEqual(randomWeights(shape, 1))
  })

  it('writes little-endian float32 as base64: 1 is AACAPw==', () => {
    const weights = randomWeights({ ...shape, hidden: 1, inputs: 1, outputs: 1 }, 1)
    viewTensors(weights.manifest, weights.values).outputBias[0] = 1
    const record = JSON.parse(Buffer.from(encodeWeights(weights)).toString())
    // IEEE 754: 1 = 0x3f800000, bytes 00 00 80 3f.
    expect(record.tensors['head.outputBias']).toBe('AACAPw==')
    expect(record.schema).toBe('foretide.weights/2')
  })

  const faults: [string, Uint8Array, RegExp][] = [
    ['bytes that are no JSON', Buffer.from('{"schema":'), /not JSON/],
    [
      'an unknown schema',
      recordOf((r) => {
        r.schema = 'foretide.weights/3'
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
      'a cell nobody knows',
      recordOf((r) => {
        r.manifest!.cell = 'transformer'
      }),
      /manifest\.cell/,
    ],
    [
      'another cell than its tensors',
      recordOf((r) => {
        r.manifest!.cell = 'lstm'
      }),
      /layers\.0\.inputToGates has 180 bytes, 240 for 20 × 3/,
    ],
    [
      'a field nobody knows',
      recordOf((r) => {
        r.manifest!.colour = 'blue'
      }),
      /colour/,
    ],
    [
      'more layers than its tensors',
      recordOf((r) => {
        r.manifest!.layers = 2
      }),
      /layers\.1\.inputToGates is missing/,
    ],
    [
      'four layers',
      recordOf((r) => {
        r.manifest!.layers = 4
      }),
      /layers is 4/,
    ],
    [
      'a tensor too many',
      recordOf((r) => {
        r.tensors['layers.1.inputBias'] = 'AACAPw=='
      }),
      /no tensor layers\.1\.inputBias/,
    ],
    [
      'a tensor that is missing',
      recordOf((r) => {
        delete r.tensors['head.outputBias']
      }),
      /outputBias is missing/,
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
        r.tensors['head.outputBias'] = 'AACAPwAAgD8='
      }),
      /checksum/,
    ],
    [
      'half a float',
      recordOf((r) => {
        r.tensors['head.outputBias'] = 'AACAPwA='
      }),
      /outputBias has 5 bytes/,
    ],
    [
      'another size in the manifest',
      recordOf((r) => {
        r.manifest!.hidden = 6
      }),
      /inputToGates has 180 bytes, 216 for 18 × 3/,
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
      record.tensors['head.outputBias'] = Buffer.from(Float32Array.of(Number.NaN, 1).buffer).toString(
        'base64',
      )
      const hash = createHash('sha256')
      for (const text of Object.values(record.tensors)) hash.update(Buffer.from(text!, 'base64'))
      record.checksum = hash.digest('hex')
    })
    expect(() => decodeWeights(bytes)).toThrow(/outputBias holds NaN at 0/)
  })

  it('is never written with weights that nobody could read', () => {
    const weights = randomWeights(shape, 1)
    weights.values[12] = Number.POSITIVE_INFINITY
    expect(() => encodeWeights(weights)).toThrow(WeightsRefusedError)
  })
})
