import type { Reading } from '#shared/series/reading'
import { countOf } from '#shared/words/count-of'
import { ProtocolError } from './protocol-error.js'

/** Rows of a source, counted by its different times from 0, half open. */
export interface RowSpan {
  readonly from: number
  readonly to: number
}

/** The test part of a published protocol, as it is asked for. */
export interface ProtocolRows {
  /** Row of the first target; all before are learned from. */
  readonly testFrom: number
  /** Row after the last target. Left out: the end. */
  readonly testTo?: number
  /** Rows whose mean and population standard deviation make the scale of the errors. Left out: errors in the values' unit. */
  readonly standardiseOn?: RowSpan
  /** Horizons that mean errors are printed for, each over the origins whose every target is in the test. H itself is always one. */
  readonly windows?: readonly number[]
}

/** The same in times and scales of one source. */
export interface TestProtocol {
  /** Time of the first target. */
  readonly fromMs: number
  /** Time from which on a target no longer counts. */
  readonly toMs: number
  readonly windows: readonly number[]
  /** What the errors of a series are divided by; a series that is not in it keeps its unit. */
  readonly scales: ReadonlyMap<string, number>
  /** Series that could not be standardised, having no reading or only equal ones in the rows that make the scale: they keep their unit. */
  readonly unscaled: readonly string[]
}

/** Count, mean and sum of squared deviations, by Welford's recurrence [Welford 1962]. */
class Moments {
  #count = 0
  #mean = 0
  #squares = 0

  take(value: number): void {
    this.#count++
    const change = value - this.#mean
    this.#mean += change / this.#count
    this.#squares += change * (value - this.#mean)
  }

  /** Population standard deviation; 0 for what never moves, NaN for what is not there. */
  get scale(): number {
    return Math.sqrt(this.#squares / this.#count)
  }
}

/**
 * Read a source once to learn at what times the rows of a protocol lie and how far each series spreads.
 * @throws ProtocolError when the source has no such rows
 */
export async function resolveProtocol(
  feed: { readonly name: string; readings(): AsyncIterable<Reading> },
  rows: ProtocolRows,
  horizon: number,
  cadenceMs: number,
): Promise<TestProtocol> {
  const { testFrom, testTo = Number.POSITIVE_INFINITY, standardiseOn, windows = [] } = rows
  const wrong = windows.find((window) => window > horizon)
  if (wrong !== undefined) {
    throw new ProtocolError(
      `A window of ${wrong} leads needs a horizon of at least ${wrong}, not ${horizon}.`,
    )
  }
  const moments = new Map<string, Moments>()
  let row = -1
  let lastMs = Number.NaN
  let fromMs = Number.NaN
  let toMs = Number.NaN
  for await (const { series, timeMs, value } of feed.readings()) {
    if (timeMs !== lastMs) {
      row++
      lastMs = timeMs
      if (row === testFrom) fromMs = timeMs
      if (row === testTo) toMs = timeMs
    }
    if (!standardiseOn) continue
    let known = moments.get(series)
    if (!known) {
      known = new Moments()
      moments.set(series, known)
    }
    if (row >= standardiseOn.from && row < standardiseOn.to) known.take(value)
  }
  if (testFrom < 1 || Number.isNaN(fromMs) || testTo <= testFrom) {
    throw new ProtocolError(
      `The test part must begin after row 0 and before row ${row + 1}, the end of ${feed.name}, and end after it begins.`,
    )
  }
  checkSpans(rows, row + 1, horizon, feed.name)
  const found = [...moments].map(([series, { scale }]) => ({ series, scale }))
  const moves = ({ scale }: { readonly scale: number }) => scale > 0
  return {
    fromMs,
    toMs: Number.isNaN(toMs) ? lastMs + cadenceMs : toMs,
    windows: [...new Set([...windows, horizon])].sort((a, b) => a - b),
    scales: new Map(found.filter(moves).map(({ series, scale }) => [series, scale])),
    unscaled: found.filter((one) => !moves(one)).map(({ series }) => series),
  }
}

/**
 * A span that reaches beyond the source, or is too short for what it is for, would give figures of another protocol than the one that was asked for.
 * @param count rows of the source
 * @throws ProtocolError
 */
function checkSpans(
  { testFrom, testTo: until, standardiseOn }: ProtocolRows,
  count: number,
  horizon: number,
  name: string,
): void {
  const testTo = until ?? count
  if (testTo > count) {
    throw new ProtocolError(
      `The test part ends before row ${testTo}, but ${name} has ${countOf(count, 'row')}.`,
    )
  }
  if (testTo - testFrom < horizon) {
    throw new ProtocolError(
      `The test part has ${countOf(testTo - testFrom, 'row')}: too few for a single forecast of ${horizon} leads whose every target is in it.`,
    )
  }
  if (standardiseOn && !(standardiseOn.to - standardiseOn.from >= 2 && standardiseOn.to <= count)) {
    throw new ProtocolError(
      `Rows ${standardiseOn.from} to ${standardiseOn.to} cannot be standardised on: two rows at least, of the ${count} that ${name} has.`,
    )
  }
}
