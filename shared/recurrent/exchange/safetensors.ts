import { decodeBfloat16, decodeFloat16 } from './half-floats.js'
import type { NamedArray } from './named-arrays.js'
import { type ArrayEntry, NUMBER_BYTES, type NumberType, readHeader } from './safetensors-header.js'

/** What a safetensors file holds. */
export interface ArrayFile {
  /** In the order of the header. */
  readonly arrays: readonly NamedArray[]
  readonly metadata: Readonly<Record<string, string>>
}

const DECODERS: Record<NumberType, (view: DataView, at: number) => number> = {
  F64: (view, at) => view.getFloat64(at, true),
  F32: (view, at) => view.getFloat32(at, true),
  F16: (view, at) => decodeFloat16(view.getUint16(at, true)),
  BF16: (view, at) => decodeBfloat16(view.getUint16(at, true)),
}

/**
 * Read a safetensors file, the format without code in it that every framework's users can write. F64 is rounded to
 * float32, F16 and BF16 are exact.
 * @throws WeightsRefusedError for a file that is damaged or something else
 */
export function readSafetensors(bytes: Uint8Array): ArrayFile {
  const { entries, metadata, dataFrom } = readHeader(bytes)
  const view = new DataView(bytes.buffer, bytes.byteOffset + dataFrom)
  return { arrays: entries.map((entry) => readArray(view, entry)), metadata }
}

function readArray(view: DataView, { name, type, shape, begin, end }: ArrayEntry): NamedArray {
  const size = NUMBER_BYTES[type]
  const decode = DECODERS[type]
  const values = new Float32Array((end - begin) / size)
  for (let k = 0; k < values.length; k++) values[k] = decode(view, begin + k * size)
  return { name, shape, values }
}

/** The same arrays in the same order give the same bytes. Numbers are written as F32. */
export function writeSafetensors({ arrays, metadata }: ArrayFile): Uint8Array {
  const header: Record<string, unknown> = {}
  if (Object.keys(metadata).length > 0) header.__metadata__ = metadata
  let end = 0
  for (const { name, shape, values } of arrays) {
    const begin = end
    end += values.length * 4
    header[name] = { dtype: 'F32', shape, data_offsets: [begin, end] }
  }
  const text = new TextEncoder().encode(JSON.stringify(header))
  // Blanks up to a multiple of 8, so that readers can map the numbers where they lie.
  const headerBytes = Math.ceil(text.length / 8) * 8
  const bytes = new Uint8Array(8 + headerBytes + end)
  const view = new DataView(bytes.buffer)
  view.setBigUint64(0, BigInt(headerBytes), true)
  bytes.fill(0x20, 8, 8 + headerBytes)
  bytes.set(text, 8)
  let at = 8 + headerBytes
  for (const { values } of arrays) {
    for (const value of values) {
      view.setFloat32(at, value, true)
      at += 4
    }
  }
  return bytes
}
