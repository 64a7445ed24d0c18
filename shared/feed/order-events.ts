import type { EventTable } from './event-table.js'

/** The table in event-time order; equal times in the order of the series, then as they stood. */
export function orderEvents(table: EventTable): EventTable {
  const { timesMs, seriesOf, covariates } = table
  const compare = (a: number, b: number) => timesMs[a]! - timesMs[b]! || seriesOf[a]! - seriesOf[b]! || a - b
  let isOrdered = true
  for (let i = 1; i < timesMs.length && isOrdered; i++) isOrdered = compare(i - 1, i) < 0
  if (isOrdered) return table

  const order = Uint32Array.from(timesMs, (_, i) => i).sort(compare)
  return {
    ...table,
    timesMs: Float64Array.from(order, (i) => timesMs[i]!),
    seriesOf: Uint32Array.from(order, (i) => seriesOf[i]!),
    values: rowsInOrder(table.values, Math.max(1, table.channels.length), order),
    ...(covariates && {
      covariates: { ...covariates, values: rowsInOrder(covariates.values, covariates.names.length, order) },
    }),
  }
}

function rowsInOrder(values: Float64Array, width: number, order: Uint32Array): Float64Array {
  const ordered = new Float64Array(values.length)
  for (let i = 0; i < order.length; i++) {
    for (let c = 0; c < width; c++) ordered[i * width + c] = values[order[i]! * width + c]!
  }
  return ordered
}

/** Events of an ordered table that repeat series and time of the one before: only the first of them counts. */
export function countRepeats({ timesMs, seriesOf }: EventTable): number {
  let repeats = 0
  for (let i = 1; i < timesMs.length; i++) {
    if (timesMs[i] === timesMs[i - 1] && seriesOf[i] === seriesOf[i - 1]) repeats++
  }
  return repeats
}
