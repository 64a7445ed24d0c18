import { UsageError } from './usage-error.js'

/**
 * A half-open range that ends before it begins, or as it begins, holds nothing, whatever is read.
 * @param from what the first flag says: a time, an offset or a row; undefined where it is left out
 * @throws UsageError
 */
export function requireOrder(
  from: number | undefined,
  to: number | undefined,
  [first, second]: readonly [string, string] = ['--from', '--to'],
): void {
  if (from === undefined || to === undefined || from < to) return
  throw new UsageError(
    from === to
      ? `${first} and ${second} are the same: nothing lies between them.`
      : `${first} lies after ${second}: nothing lies between them.`,
  )
}
