import type { Header } from './port.js'

/**
 * The text of the last header of a name, or null: what a record brought with it, which may be anything, stands before what was added to it.
 */
export function lastHeader(headers: readonly Header[], name: string): string | null {
  const found = headers.findLast((header) => header[0] === name)
  return found ? Buffer.from(found[1]).toString('utf8') : null
}
