import { readFile, writeFile } from 'node:fs/promises'
import { DatasetMissingError } from '../dataset-missing-error.js'

/** A public stream that River tells itself by. */
export interface RiverStream {
  /** Of the file in `river/`. */
  readonly name: string
  readonly cadence: string
  /** Series that are made of it: together so many readings that starting does not count. */
  readonly copies: number
}

export const AIRLINE: RiverStream = { name: 'airline', cadence: '1mo', copies: 280 }
export const TRUMP: RiverStream = { name: 'trump', cadence: '1d', copies: 40 }

/**
 * Write a stream as many series that read the same: each is forecast by itself, by what it has seen alone, as the one would be.
 * @param source CSV whose second column holds the values
 * @param target one column for each series, a row for each value; there is no time in it
 * @throws DatasetMissingError when there is no source
 */
export async function copyStream(
  { name, copies }: RiverStream,
  source: string,
  target: string,
): Promise<void> {
  const text = await readFile(source, 'utf8').catch(() => {
    throw new DatasetMissingError(`${name}.csv`, source)
  })
  const values = text
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((row) => row.split(',')[1]!)
  const rowOf = (cell: (copy: number) => string) =>
    Array.from({ length: copies }, (_, i) => cell(i + 1)).join(',')
  const rows = [rowOf((copy) => `${name}-${copy}`), ...values.map((value) => rowOf(() => value))]
  await writeFile(target, `${rows.join('\n')}\n`)
}
