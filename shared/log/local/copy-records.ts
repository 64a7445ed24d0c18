import type { Header, NewRecord } from '../port.js'

/** The same records over bytes of their own, so that a caller may reuse its buffers. One allocation for all of them. */
export function copyRecords(records: readonly NewRecord[]): NewRecord[] {
  let size = 0
  // Records of one source share their headers: what is the same is copied once.
  const shared = new Map<Header, Header | null>()
  for (const { key, value, headers } of records) {
    size += (key?.length ?? 0) + (value?.length ?? 0)
    for (const header of headers) {
      if (shared.has(header)) continue
      shared.set(header, null)
      size += header[1].length
    }
  }
  const arena = new Uint8Array(size)
  let at = 0
  const copy = (bytes: Uint8Array): Uint8Array => {
    const start = at
    arena.set(bytes, start)
    at += bytes.length
    return arena.subarray(start, at)
  }
  const copyHeader = (header: Header): Header => {
    const known = shared.get(header)
    if (known) return known
    const own: Header = [header[0], copy(header[1])]
    shared.set(header, own)
    return own
  }
  return records.map(({ partition, key, value, headers, timestamp }) => ({
    partition,
    key: key === null ? null : copy(key),
    value: value === null ? null : copy(value),
    headers: headers.map(copyHeader),
    timestamp,
  }))
}
