import { expect, test } from 'vitest'
import { withForecast } from '#services/gateway/page/grow-view'
import { COLUMN, chartData } from '#shared/page/chart-data'
import { type ChosenView, emptyView } from '#shared/page/chosen-view'
import type { OriginRow } from '#shared/page/origin-row'
import { HOUR_MS, madeUpForecast } from '../../services/gateway/made-up-forecasts.js'

const start = Date.UTC(2001, 0, 1)
const row = (hour: number, value: number, more: { anomaly?: number; version?: number } = {}): OriginRow => [
  start + hour * HOUR_MS,
  value,
  value,
  value - 1,
  value + 1,
  more.anomaly ?? 0,
  more.version ?? 1,
]
const forecastAt = (hour: number, value: number, spread = 1) =>
  madeUpForecast({
    series: 'a',
    originMs: start + hour * HOUR_MS,
    value,
    horizon: 4,
    spread: () => spread,
  })
const viewOf = (rows: OriginRow[], forecast = forecastAt(rows.length - 1, 10)): ChosenView => ({
  ...withForecast(emptyView, forecast),
  rows,
})

test('opens the fan at the last value and lays it over the coming times', () => {
  const { columns, originTime } = chartData(viewOf([row(0, 9), row(1, 10)]), 100)
  const at = columns[COLUMN.time].indexOf(originTime!)
  // By hand: standard normal 0.9 quantile 1.2816, at six digits.
  expect(columns[COLUMN.upper80]!.slice(at).filter((value) => value !== undefined)).toEqual([
    10, 11.2816, 11.2816, 11.2816, 11.2816,
  ])
  expect(columns[COLUMN.actual]!.filter((value) => value !== undefined)).toEqual([9, 10])
  expect([...columns[COLUMN.time]].sort((a, b) => a - b)).toEqual(columns[COLUMN.time])
})

test('breaks the line where values are missing', () => {
  const { columns } = chartData(viewOf([row(0, 9), row(1, 10), row(5, 11)], forecastAt(5, 11)), 100)
  expect(columns[COLUMN.actual]!.slice(0, 4)).toEqual([9, 10, null, 11])
})

test('leaves a gap where the page has not read, whatever else has points there', () => {
  // Readings of hours 0 to 3 and 20 to 22; what was held of hour 3 reaches to hour 7, the next begins after hour 20.
  const rows = [0, 1, 2, 3, 20, 21, 22].map((hour) => row(hour, hour))
  const held = [forecastAt(3, 3), forecastAt(20, 20)]
  const { columns } = chartData({ ...viewOf(rows, forecastAt(22, 22)), held }, 100)
  const hours = columns[COLUMN.time].map((time) => (time * 1000 - start) / HOUR_MS)
  const blanks = (column: number) => hours.filter((_, at) => columns[column]![at] === null)
  // The four hours that were forecast after hour 3 have no reading; those that were read from 20 on have no earlier forecast.
  expect(blanks(COLUMN.actual)).toEqual(expect.arrayContaining([4, 5, 6, 7]))
  expect(blanks(COLUMN.actual).every((hour) => hour > 3 && hour < 20)).toBe(true)
  expect(blanks(COLUMN.heldUpper)).toEqual(expect.arrayContaining([19.5, 20]))
  expect(blanks(COLUMN.heldUpper).every((hour) => hour <= 3.5 || (hour > 7 && hour < 21))).toBe(true)
  // Within what was said nothing is cut.
  expect([4, 5, 6, 7, 21].every((hour) => columns[COLUMN.heldUpper]![hours.indexOf(hour)] !== null)).toBe(
    true,
  )
})

test('shows only the asked number of origins, and marks anomalies and new weights among them', () => {
  const rows = [
    row(0, 1, { anomaly: 1 }),
    row(1, 2),
    row(2, 3, { anomaly: 1 }),
    row(3, 4, { version: 2 }),
    row(4, 5, { version: 2 }),
  ]
  const { anomalies, versionChanges, columns } = chartData(viewOf(rows), 3)
  expect(anomalies).toEqual([{ time: (start + 2 * HOUR_MS) / 1000, value: 3 }])
  expect(versionChanges).toEqual([{ time: (start + 3 * HOUR_MS) / 1000, version: 2, label: 'v2' }])
  expect(columns[COLUMN.actual]!.filter((value) => typeof value === 'number')).toEqual([3, 4, 5])
})

test('keeps a wild 95 % band from pressing everything else flat', () => {
  const { valueMin, valueMax } = chartData(viewOf([row(0, 0), row(1, 10)], forecastAt(1, 10, 100)), 100)
  // The 80 % band spans 10 -+ 128.16 and the 95 % band 10 -+ 196: more than a quarter wider, less than a half.
  expect(valueMax).toBeGreaterThan(206)
  expect(valueMin).toBeLessThan(-186)
  const wide = { ...forecastAt(1, 10), quantiles: forecastAt(1, 10).quantiles.map((values) => [...values]) }
  wide.quantiles[6] = [1e6, 1e6, 1e6, 1e6]
  const bounded = chartData(viewOf([row(0, 0), row(1, 10)], wide), 100)
  // By hand: values and the 80 % band span 0 to 11.2816; half as much again and the margin stay below 20.
  expect(bounded.valueMax).toBeLessThan(20)
})

test('holds on to one forecast a horizon, for the values to run into', () => {
  let view = emptyView
  for (let hour = 0; hour <= 9; hour += 1) view = withForecast(view, forecastAt(hour, hour))
  expect(view.held.map((held) => held.origin.value)).toEqual([0, 4, 8])
  const { columns } = chartData(
    { ...view, rows: Array.from({ length: 10 }, (_, hour) => row(hour, hour)) },
    100,
  )
  expect(columns[COLUMN.heldUpper]!.filter((value) => typeof value === 'number')).toHaveLength(12)
  expect(columns[COLUMN.heldUpper]!.filter((value) => value === null)).toHaveLength(3)
  const back = withForecast(view, forecastAt(2, 2))
  expect(back.held.map((held) => held.origin.value)).toEqual([2])
})

test('takes bands of nothing for none: what never moves lies in the middle of a round scale', () => {
  const still = (value: number): OriginRow[] =>
    [0, 1].map((hour) => [start + hour * HOUR_MS, value, value, value, value, 0, 1])
  const scale = (value: number, spread: number) => {
    const { valueMin, valueMax } = chartData(viewOf(still(value), forecastAt(1, value, spread)), 100)
    return [valueMin, valueMax].map((end) => Number(end.toPrecision(6)))
  }
  // By hand: six hundredths of the value beyond it, of 1 where it is zero.
  expect(scale(0, 1e-12)).toEqual([-0.06, 0.06])
  expect(scale(5, 1e-12)).toEqual([4.7, 5.3])
  // What is as small as that itself is shown with its bands: by hand, 1 + 1.95996 of the 95 % band, and a margin of 0.06 x 2 x 1.95996.
  expect(scale(1e-12, 1e-12)[1]! * 1e12).toBeCloseTo(3.1952, 3)
})

test('draws nothing of nothing', () => {
  const { columns, valueMin, valueMax } = chartData(emptyView, 100)
  expect(columns[COLUMN.time]).toEqual([])
  expect([valueMin, valueMax]).toEqual([0, 1])
})

test('says of new weights how they came to serve, and marks what was rejected among the origins that show', () => {
  const rows = [1, 1, 2, 2, 1].map((version, hour) => row(hour, hour, { version }))
  const at = (hour: number) => start + hour * HOUR_MS
  const decisions = [
    { timeMs: at(-5), version: 9, kind: 'rejected' },
    { timeMs: at(1), version: 2, kind: 'promoted' },
    { timeMs: at(3), version: 3, kind: 'rejected' },
    { timeMs: at(-40), version: 1, kind: 'promoted' },
    // An operator's: decided where the input ends, two hours after what the forecaster had read.
    { timeMs: at(6), version: 1, kind: 'rolled back' },
    { timeMs: at(8), version: 4, kind: 'rejected' },
  ]
  const { versionChanges, rejections } = chartData({ ...viewOf(rows), decisions }, 10)
  expect(versionChanges.map(({ label }) => label)).toEqual(['v2 promoted', 'v1 rolled back'])
  expect(rejections).toEqual([{ time: at(3) / 1000, label: 'v3 rejected' }])
})
