import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { WeightsRefusedError } from '#shared/recurrent/check-weights'
import { readSafetensors, writeSafetensors } from '#shared/recurrent/exchange/safetensors'
import { exchangeFile, loadExchangeReference } from '../../../../reference/exchange/exchange-reference.js'

/** A file by hand: 8 bytes of length, the header, the data. */
function fileOf(header: string | object, dataBytes = 0, length?: bigint): Uint8Array {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header))
  const bytes = new Uint8Array(8 + text.length + dataBytes)
  new DataView(bytes.buffer).setBigUint64(0, length ?? BigInt(text.length), true)
  bytes.set(text, 8)
  return bytes
}

const array = (begin: number, end: number, shape: unknown = [(end - begin) / 4], dtype: unknown = 'F32') => ({
  dtype,
  shape,
  data_offsets: [begin, end],
})

describe('readSafetensors', () => {
  it('reads every type of number as PyTorch reads it', () => {
    // Written by safetensors.torch, values by torch: make_exchange_reference.py.
    const { numberTypes } = loadExchangeReference()
    const { arrays } = readSafetensors(exchangeFile('number-types'))
    expect(arrays.map(({ name }) => name).sort()).toEqual(['BF16', 'F16', 'F32', 'F64'])
    for (const { name, values } of arrays) {
      expect([...values]).toEqual([...Float32Array.from(numberTypes[name]!)])
    }
  })

  it('reads infinities and NaN of the short types as what they are', () => {
    // IEEE 754: all exponent bits set; bfloat16 is the upper half of a binary32.
    const header = { a: array(0, 6, [3], 'F16'), b: array(6, 12, [3], 'BF16') }
    const bytes = fileOf(header, 12)
    const words = [0x7c00, 0xfc00, 0x7e00, 0x7f80, 0xff80, 0x7fc0]
    words.forEach((word, k) => {
      new DataView(bytes.buffer).setUint16(bytes.length - 12 + 2 * k, word, true)
    })
    const { arrays } = readSafetensors(bytes)
    for (const { values } of arrays) expect([...values]).toEqual([Infinity, -Infinity, Number.NaN])
  })

  it('reads a file that lies anywhere in a larger buffer, as those of Node do', () => {
    const bytes = writeSafetensors({
      arrays: [{ name: 'a', shape: [2], values: Float32Array.of(1, 2) }],
      metadata: {},
    })
    const larger = new Uint8Array(bytes.length + 7)
    larger.set(bytes, 3)
    expect(readSafetensors(larger.subarray(3, 3 + bytes.length)).arrays[0]!.values).toEqual(
      Float32Array.of(1, 2),
    )
  })

  it.each([
    ['an empty file', new Uint8Array(0), /it has 0 bytes/],
    ['seven bytes', new Uint8Array(7), /it has 7 bytes/],
    ['a zip', new TextEncoder().encode('PK\u0003\u0004 and so on, as torch.save writes it'), /header length/],
    ['a header length beyond all memory', fileOf({}, 0, 2n ** 63n), /header length of 9223372036854775808/],
    ['a header that is cut off', fileOf({}, 0, 100n), /header of 100 bytes is cut off/],
    ['a header of length 0', fileOf('', 4), /does not begin with \{/],
    ['a list for a header', fileOf('[]'), /does not begin with \{/],
    ['blanks before the header', fileOf(' {}'), /does not begin with \{/],
    ['half a header', fileOf('{"a"'), /not JSON/],
    ['a header in Latin-1', fileOf('{"\ud800":1}'.slice(0, 2)), /not JSON/],
    ['metadata of numbers', fileOf({ __metadata__: { a: 1 } }), /__metadata__/],
    ['metadata that are a list', fileOf({ __metadata__: ['a'] }), /__metadata__/],
    ['an array that is a number', fileOf({ a: 1 }), /a is not an object/],
    ['whole numbers', fileOf({ a: array(0, 8, [1], 'I64') }, 8), /a has numbers of type I64/],
    ['a type that every object has', fileOf({ a: array(0, 4, [1], 'toString') }, 4), /type toString/],
    ['no type', fileOf({ a: { shape: [1], data_offsets: [0, 4] } }, 4), /type undefined/],
    ['a shape of text', fileOf({ a: array(0, 4, '1') }, 4), /shape of a/],
    ['a negative size', fileOf({ a: array(0, 4, [-1, -1]) }, 4), /shape of a/],
    ['half a size', fileOf({ a: array(0, 4, [0.5, 2]) }, 4), /shape of a/],
    ['a size beyond 2^53', fileOf({ a: array(0, 4, [2 ** 60]) }, 4), /shape of a/],
    ['nine dimensions', fileOf({ a: array(0, 4, [1, 1, 1, 1, 1, 1, 1, 1, 1]) }, 4), /shape of a/],
    ['sizes whose product overflows', fileOf({ a: array(0, 4, [2 ** 50, 2 ** 50]) }, 4), /has 4 bytes/],
    ['one place for two', fileOf({ a: { dtype: 'F32', shape: [1], data_offsets: [0] } }, 4), /data_offsets/],
    ['an end before its begin', fileOf({ a: array(4, 0, [1]) }, 4), /has -4 bytes/],
    ['an array beyond the data', fileOf({ a: array(0, 8) }, 4), /beyond the 4 bytes/],
    ['two arrays that overlap', fileOf({ a: array(0, 8), b: array(4, 12) }, 12), /b begins at 4, inside/],
    ['two names of one place', fileOf({ a: array(0, 4), b: array(0, 4) }, 4), /inside/],
    ['a hole', fileOf({ a: array(0, 4), b: array(8, 12) }, 12), /bytes from 4 to 8/],
    ['a hole at the start', fileOf({ a: array(4, 8) }, 8), /bytes from 0 to 4/],
    ['trailing bytes', fileOf({ a: array(0, 4) }, 5), /1 bytes trail/],
    ['data without an array', fileOf({}, 4), /4 bytes trail/],
  ])('refuses %s', (_, bytes, fault) => {
    expect(() => readSafetensors(bytes)).toThrow(WeightsRefusedError)
    expect(() => readSafetensors(bytes)).toThrow(fault)
  })

  it('reads any damaged file or refuses it, and raises nothing else', () => {
    const whole = exchangeFile('torch-lstm')
    const damage = fc.record({
      at: fc.nat(whole.length - 1),
      byte: fc.nat(255),
      keep: fc.integer({ min: 0, max: whole.length }),
    })
    fc.assert(
      fc.property(fc.array(damage, { minLength: 1, maxLength: 4 }), (damages) => {
        let bytes = Uint8Array.from(whole)
        for (const { at, byte, keep } of damages) {
          bytes[at % 400] = byte
          if (keep % 3 === 0) bytes = bytes.slice(0, keep)
        }
        try {
          readSafetensors(bytes)
        } catch (error) {
          expect(error).toBeInstanceOf(WeightsRefusedError)
        }
      }),
      { numRuns: 2000, seed: 4 },
    )
  })
})

describe('writeSafetensors', () => {
  const anyFile = fc.record({
    arrays: fc.uniqueArray(
      fc
        .record({
          name: fc.string({ minLength: 1 }).filter((name) => !['__metadata__', '__proto__'].includes(name)),
          shape: fc.array(fc.nat(4), { maxLength: 3 }),
        })
        .chain(({ name, shape }) => {
          const length = shape.reduce((product, size) => product * size, 1)
          return fc
            .float32Array({ minLength: length, maxLength: length })
            .map((values) => ({ name, shape, values }))
        }),
      { selector: ({ name }) => name, maxLength: 5 },
    ),
    metadata: fc.dictionary(
      fc.string().filter((key) => key !== '__proto__'),
      fc.string(),
    ),
  })

  it('writes what is read again, bit for bit, NaN and −0 too', () => {
    fc.assert(
      fc.property(anyFile, (file) => {
        const { arrays, metadata } = readSafetensors(writeSafetensors(file))
        expect({ ...metadata }).toEqual({ ...file.metadata })
        const byName = new Map(arrays.map((one) => [one.name, one]))
        expect(byName.size).toBe(file.arrays.length)
        for (const { name, shape, values } of file.arrays) {
          const read = byName.get(name)!
          expect(read.shape).toEqual(shape)
          expect([...read.values].every((value, k) => Object.is(value, values[k]))).toBe(true)
        }
      }),
      { seed: 4, numRuns: 100, endOnFailure: true },
    )
  })

  it('lets the numbers begin at a multiple of 8, for readers that map them', () => {
    for (let length = 1; length < 20; length++) {
      const bytes = writeSafetensors({
        arrays: [{ name: 'x'.repeat(length), shape: [1], values: Float32Array.of(1) }],
        metadata: {},
      })
      expect((bytes.length - 4) % 8).toBe(0)
    }
  })
})
