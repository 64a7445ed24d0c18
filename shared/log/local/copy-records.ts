import type { NewRecord } from '../port.js'

/** The same records over bytes of their own, so that a caller may reuse its buffers. One allocation for all of them. */
export function copyRecords(records: readonly NewRecord[]): NewRecord[] {
  let size = 0
  for (const { key, value, headers } of records) {
    size += (key?.length ?? 0) + (value?.length ?? 0)
    for (const [, bytes] of headers) size += bytes.length
  }
  const arena = new Uint8Array(size)
  let at = 0
  const copy = (bytes: Uint8Array): Uint8Array => {
    const start = at
    arena.set(bytes, start)
    at += bytes.length
    return arena.subarray(start, at)
  }
  return records.map(({ partition, key, value, headers, timestamp }) => ({
    partition,
    key: key === null ? null : copy(key),
    value: value === null ? null : copy(value),
    headers: headers.map(([name, bytes]) => [name, copy(bytes)] as const),
    timestamp,
  }))
}
