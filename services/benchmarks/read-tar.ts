import { gunzipSync } from 'node:zlib'

const BLOCK = 512

/** The regular files of a gzipped tar archive (POSIX ustar), by their path in it. */
export function readTarGz(archive: Uint8Array): Map<string, string> {
  const bytes = gunzipSync(archive)
  const files = new Map<string, string>()
  const field = (at: number, length: number) => {
    const text = bytes.toString('utf8', at, at + length)
    const end = text.indexOf('\0')
    return end < 0 ? text : text.slice(0, end)
  }
  for (let at = 0; at + BLOCK <= bytes.length && bytes[at] !== 0; ) {
    const size = Number.parseInt(field(at + 124, 12).trim() || '0', 8)
    const kind = field(at + 156, 1)
    const prefix = field(at + 257, 5) === 'ustar' ? field(at + 345, 155) : ''
    const path = prefix === '' ? field(at, 100) : `${prefix}/${field(at, 100)}`
    if (kind === '' || kind === '0') files.set(path, bytes.toString('utf8', at + BLOCK, at + BLOCK + size))
    at += BLOCK * (1 + Math.ceil(size / BLOCK))
  }
  return files
}
