import { MalformedBytesError } from './byte-reader.js'
import { ExpansionError } from './expansion-error.js'

const LZ4_MAGIC = 0x184d2204

/** LZ4 frames (format 1.6). Linked blocks see the 64 KB before them, so all blocks expand into one buffer. */
export function expandLz4(bytes: Buffer, max: number): Buffer {
  if (bytes.readUInt32LE(0) !== LZ4_MAGIC) throw new MalformedBytesError()
  const flags = bytes.readUInt8(4)
  const linked = (flags & 0x20) === 0
  const blockChecksums = (flags & 0x10) !== 0
  const blockMax = 1 << (8 + 2 * ((bytes.readUInt8(5) >> 4) & 7))
  let at = 7 + (flags & 0x08 ? 8 : 0) + (flags & 0x01 ? 4 : 0)
  const blocks: Buffer[] = []
  let size = 0
  for (;;) {
    const word = bytes.readUInt32LE(at)
    at += 4
    if (word === 0) return Buffer.concat(blocks)
    const length = word & 0x7fffffff
    if (at + length > bytes.length) throw new MalformedBytesError()
    const block = bytes.subarray(at, at + length)
    const plain = word >>> 31 ? block : expandBlock(block, blockMax, linked ? pastOf(blocks) : NO_PAST)
    size += plain.length
    if (size > max) throw new ExpansionError()
    blocks.push(plain)
    at += length + (blockChecksums ? 4 : 0)
  }
}

const NO_PAST = Buffer.alloc(0)
const PAST_MAX = 65_536

function pastOf(blocks: readonly Buffer[]): Buffer {
  const last = blocks.at(-1)
  if (last === undefined || last.length >= PAST_MAX) return last?.subarray(-PAST_MAX) ?? NO_PAST
  return Buffer.concat(blocks.slice(-64)).subarray(-PAST_MAX)
}

/** One block of tokens, each some literals and a copy of what came before, which may lie in the past. */
function expandBlock(block: Buffer, sizeMax: number, past: Buffer): Buffer {
  const out = Buffer.alloc(past.length + sizeMax)
  past.copy(out)
  let at = 0
  let to = past.length
  const lengthOf = (nibble: number) => {
    let length = nibble
    for (let byte = nibble === 15 ? 255 : 0; byte === 255; length += byte) byte = block.readUInt8(at++)
    return length
  }
  while (at < block.length) {
    const token = block.readUInt8(at++)
    const literals = lengthOf(token >> 4)
    if (at + literals > block.length || to + literals > out.length) throw new MalformedBytesError()
    block.copy(out, to, at, at + literals)
    at += literals
    to += literals
    if (at >= block.length) break
    const back = block.readUInt16LE(at)
    at += 2
    const length = lengthOf(token & 15) + 4
    if (back === 0 || back > to || to + length > out.length) throw new MalformedBytesError()
    for (const end = to + length; to < end; to++) out[to] = out[to - back]!
  }
  return out.subarray(past.length, to)
}
