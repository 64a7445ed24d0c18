import { WeightsRefusedError } from '../check-weights.js'

/** Types of numbers that are read, and their bytes. Only F32 is written. */
export const NUMBER_BYTES = { F64: 8, F32: 4, F16: 2, BF16: 2 } as const
export type NumberType = keyof typeof NUMBER_BYTES

/** One array's place in the data, which starts right behind the header. */
export interface ArrayEntry {
  readonly name: string
  readonly type: NumberType
  readonly shape: readonly number[]
  readonly begin: number
  readonly end: number
}

export interface SafetensorsHeader {
  readonly entries: readonly ArrayEntry[]
  readonly metadata: Readonly<Record<string, string>>
  /** Where the data starts in the file. */
  readonly dataFrom: number
}

/** A net of three layers has 14 arrays, some hundred bytes of header each: more than this is another kind of file. */
const HEADER_BYTES_MAX = 1 << 20
const RANK_MAX = 8

/**
 * Read and check the header of a safetensors file: 8 bytes with its length, little-endian, then JSON, then the data
 * [safetensors 0.8, "Format"]. Every number is checked before it is used, and the arrays must cover the data without gap or
 * overlap, as the format demands.
 * @throws WeightsRefusedError that names the fault
 */
export function readHeader(bytes: Uint8Array): SafetensorsHeader {
  if (bytes.length < 8) refuse(`it has ${bytes.length} bytes`)
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true)
  if (length > BigInt(HEADER_BYTES_MAX)) {
    refuse(`it begins with a header length of ${length} bytes, ${HEADER_BYTES_MAX} are the most`)
  }
  const dataFrom = 8 + Number(length)
  if (dataFrom > bytes.length) refuse(`its header of ${length} bytes is cut off`)
  const header = parseJson(bytes.subarray(8, dataFrom))
  const metadata = readMetadata(header.__metadata__)
  const entries = Object.entries(header)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, entry]) => readEntry(name, entry))
  checkCover(entries, bytes.length - dataFrom)
  return { entries, metadata, dataFrom }
}

function refuse(fault: string): never {
  throw new WeightsRefusedError(`This is no whole safetensors file: ${fault}.`)
}

function parseJson(bytes: Uint8Array): Record<string, unknown> {
  // The format demands it: so no file is both this and something else.
  if (bytes[0] !== 0x7b) refuse('its header does not begin with {')
  let header: unknown
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
  } catch {
    refuse('its header is not JSON in UTF-8')
  }
  return header as Record<string, unknown>
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function readMetadata(metadata: unknown): Record<string, string> {
  if (metadata === undefined || metadata === null) return {}
  if (!isRecord(metadata)) return refuse('its __metadata__ is not an object')
  for (const [key, value] of Object.entries(metadata)) {
    if (typeof value !== 'string') refuse(`its __metadata__ has something else than text under ${key}`)
  }
  return metadata as Record<string, string>
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function readEntry(name: string, entry: unknown): ArrayEntry {
  if (!isRecord(entry)) return refuse(`the header's ${name} is not an object`)
  const { dtype, shape, data_offsets: offsets } = entry
  if (typeof dtype !== 'string' || !Object.hasOwn(NUMBER_BYTES, dtype)) {
    const known = Object.keys(NUMBER_BYTES).join(', ')
    throw new WeightsRefusedError(`Array ${name} has numbers of type ${String(dtype)}, read are ${known}.`)
  }
  const type = dtype as NumberType
  if (!Array.isArray(shape) || shape.length > RANK_MAX || !shape.every(isCount)) {
    return refuse(`the shape of ${name} is not a list of sizes`)
  }
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount)) {
    return refuse(`the data_offsets of ${name} are not two places`)
  }
  const [begin, end] = offsets as [number, number]
  // A product beyond 2^53 is rounded, yet far from any length that a file has.
  const needed = shape.reduce((product: number, size: number) => product * size, NUMBER_BYTES[type])
  if (end - begin !== needed) {
    refuse(`${name} has ${end - begin} bytes, [${shape.join(', ')}] of ${type} need ${needed}`)
  }
  return { name, type, shape, begin, end }
}

function checkCover(entries: readonly ArrayEntry[], dataBytes: number): void {
  let covered = 0
  for (const { name, begin, end } of [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin < covered) refuse(`${name} begins at ${begin}, inside of the array before it`)
    if (begin > covered) refuse(`nothing is said about the bytes from ${covered} to ${begin} of its data`)
    if (end > dataBytes) refuse(`${name} ends at ${end}, beyond the ${dataBytes} bytes of data`)
    covered = end
  }
  if (covered < dataBytes) refuse(`${dataBytes - covered} bytes trail behind its last array`)
}
