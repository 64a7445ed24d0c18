import type { ForecastMessage } from '#shared/contracts/forecast'
import type { ChosenView, WeightsMark } from './chosen-view.js'

/** Columns of the chart, in drawing order: wide bands first, the actual values on top. */
export const COLUMN = {
  time: 0,
  pastUpper: 1,
  pastLower: 2,
  upper95: 3,
  lower95: 4,
  upper80: 5,
  lower80: 6,
  upper50: 7,
  lower50: 8,
  heldUpper: 9,
  heldLower: 10,
  median: 11,
  actual: 12,
} as const
const COLUMNS = 13
/** Share of the values below which what moves is rounding. */
const STILL = 1e-9

/** undefined: nothing here, the line goes on; null: the line breaks. */
type Cell = number | null | undefined

export interface ChartData {
  /** [column][point]; the first is time in seconds since 1970. */
  readonly columns: [number[], ...Cell[][]]
  readonly valueMin: number
  readonly valueMax: number
  readonly anomalies: readonly { readonly time: number; readonly value: number }[]
  readonly versionChanges: readonly {
    readonly time: number
    readonly version: number
    readonly label: string
  }[]
  /** Decisions that changed nothing of who serves. */
  readonly rejections: readonly { readonly time: number; readonly label: string }[]
  /** Time of the last origin, in seconds; null without a forecast. */
  readonly originTime: number | null
}

/**
 * Lay out a view as columns over one rising time axis.
 * @param originsShown how many of the last origins
 */
export function chartData(view: ChosenView, originsShown: number): ChartData {
  const rows = view.rows.slice(-originsShown)
  const points = new Map<number, Cell[]>()
  const put = (timeMs: number, column: number, value: Cell) => {
    const time = timeMs / 1000
    let point = points.get(time)
    if (point === undefined) {
      point = new Array<Cell>(COLUMNS).fill(undefined)
      point[COLUMN.time] = time
      points.set(time, point)
    }
    point[column] = value
  }

  const gaps: Gap[] = []
  const part = (columns: readonly number[], fromMs: number, toMs: number, cadenceMs: number) => {
    // There has to be a point within the gap for the line to break at.
    for (const column of columns) put(toMs - cadenceMs / 2, column, null)
    gaps.push({ columns, from: fromMs / 1000, to: toMs / 1000 })
  }

  let before: number | null = null
  for (const [timeMs, value, , lower, upper] of rows) {
    if (before !== null && timeMs - before > view.cadenceMs * 1.5) {
      part([COLUMN.actual, COLUMN.pastUpper, COLUMN.pastLower], before, timeMs, view.cadenceMs)
    }
    put(timeMs, COLUMN.actual, value)
    put(timeMs, COLUMN.pastLower, lower)
    put(timeMs, COLUMN.pastUpper, upper)
    before = timeMs
  }

  const firstMs = rows[0]?.[0] ?? Number.NEGATIVE_INFINITY
  let heldUntilMs: number | null = null
  for (const held of view.held) {
    const originMs = Date.parse(held.origin.time)
    const [lower, upper] = bandRows(held, 0.8)
    if (lower === undefined || upper === undefined || originMs < firstMs) continue
    // It does not join on to the one before.
    part(
      [COLUMN.heldLower, COLUMN.heldUpper],
      heldUntilMs ?? originMs,
      originMs + held.cadenceMs,
      held.cadenceMs,
    )
    heldUntilMs = originMs + held.horizon * held.cadenceMs
    for (let index = 0; index < held.horizon; index += 1) {
      const timeMs = originMs + (index + 1) * held.cadenceMs
      put(timeMs, COLUMN.heldLower, lower[index])
      put(timeMs, COLUMN.heldUpper, upper[index])
    }
  }

  if (view.forecast !== null) putFan(view.forecast, put)
  const sorted = [...points.values()].sort((a, b) => a[0]! - b[0]!)
  breakAcross(gaps, sorted)
  const columns = Array.from({ length: COLUMNS }, (_, column) => sorted.map((point) => point[column]))
  return {
    columns: columns as [number[], ...Cell[][]],
    ...valueRange(columns),
    anomalies: rows.filter((row) => row[5] === 1).map(([timeMs, value]) => ({ time: timeMs / 1000, value })),
    versionChanges: rows
      .filter((row, index) => index > 0 && row[6] !== rows[index - 1]![6])
      .map((row) => ({ time: row[0] / 1000, version: row[6], label: changeLabel(view, row[0], row[6]) })),
    rejections: (view.decisions ?? [])
      .filter(({ kind, timeMs }) => kind === 'rejected' && timeMs >= firstMs && timeMs <= (before ?? firstMs))
      .map(({ timeMs, version, kind }) => ({ time: timeMs / 1000, label: `v${version} ${kind}` })),
    originTime: view.forecast === null ? null : Date.parse(view.forecast.origin.time) / 1000,
  }
}

/** Between two times, neither included, these columns have nothing to show. */
interface Gap {
  readonly columns: readonly number[]
  readonly from: number
  readonly to: number
}

/** A line breaks only where every point of a gap says so: other columns have points there too. */
function breakAcross(gaps: readonly Gap[], sorted: readonly Cell[][]): void {
  for (const { columns, from, to } of gaps) {
    for (const point of sorted) {
      const time = point[COLUMN.time]!
      if (time <= from || time >= to) continue
      for (const column of columns) if (point[column] === undefined) point[column] = null
    }
  }
}

/** How a version came to serve: by the decision on it next to then. Who decides may have read further than the forecaster, or less far. */
function changeLabel({ decisions = [] }: ChosenView, timeMs: number, version: number): string {
  const away = (one: WeightsMark) => Math.abs(one.timeMs - timeMs)
  const decided = decisions
    .filter((one) => one.version === version && one.kind !== 'rejected')
    .reduce<WeightsMark | null>((found, one) => (found && away(found) < away(one) ? found : one), null)
  return decided === null ? `v${version}` : `v${version} ${decided.kind}`
}

/** Rows of the two ends of a band among the quantiles; undefined when the forecast has no such band. */
export function bandRows(
  forecast: ForecastMessage,
  band: number,
): [lower: number[] | undefined, upper: number[] | undefined] {
  const rowOf = (level: number) => forecast.levels.findIndex((known) => Math.abs(known - level) < 1e-9)
  return [forecast.quantiles[rowOf((1 - band) / 2)], forecast.quantiles[rowOf((1 + band) / 2)]]
}

/** The median: the 0.5 quantile, or the mean where a forecast has none. */
export function medianOf(forecast: ForecastMessage): readonly number[] {
  return forecast.quantiles[forecast.levels.indexOf(0.5)] ?? forecast.yhat
}

function putFan(forecast: ForecastMessage, put: (timeMs: number, column: number, value: Cell) => void): void {
  const originMs = Date.parse(forecast.origin.time)
  const [lower95, upper95] = bandRows(forecast, 0.95)
  const [lower80, upper80] = bandRows(forecast, 0.8)
  const [lower50, upper50] = bandRows(forecast, 0.5)
  const lines: [number, readonly number[] | undefined][] = [
    [COLUMN.lower95, lower95],
    [COLUMN.upper95, upper95],
    [COLUMN.lower80, lower80],
    [COLUMN.upper80, upper80],
    [COLUMN.lower50, lower50],
    [COLUMN.upper50, upper50],
    [COLUMN.median, medianOf(forecast)],
  ]
  for (const [column, values] of lines) {
    if (values === undefined) continue
    // The fan opens where the last value stands.
    put(originMs, column, forecast.origin.value)
    values.forEach((value, index) => {
      put(originMs + (index + 1) * forecast.cadenceMs, column, value)
    })
  }
}

/**
 * What the value axis spans: the actual values and the 80 % band ahead whole, and of the other bands at most half as
 * much again, so that the wide bands of a cold start do not press everything else flat.
 */
function valueRange(columns: Cell[][]): { valueMin: number; valueMax: number } {
  const span = (names: number[]) => {
    const values = names.flatMap((column) => columns[column]!).filter((value) => typeof value === 'number')
    return values.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)] as const, [
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
    ] as readonly [number, number])
  }
  const [low, high] = span([COLUMN.actual, COLUMN.lower80, COLUMN.upper80, COLUMN.median])
  const [lowWide, highWide] = span([
    COLUMN.lower95,
    COLUMN.upper95,
    COLUMN.pastLower,
    COLUMN.pastUpper,
    COLUMN.heldLower,
    COLUMN.heldUpper,
  ])
  if (low > high) return { valueMin: 0, valueMax: 1 }
  // Bands of a billionth, as what is always zero has, are none: they would fill the plot.
  const reach = Math.max(...columns[COLUMN.actual]!.map((value) => Math.abs(value ?? 0))) || 1
  const moves = high - low > STILL * reach
  const size = moves ? high - low : reach
  const valueMin = Math.min(low, Math.max(lowWide, low - size / 2))
  const valueMax = Math.max(high, Math.min(highWide, high + size / 2))
  const margin = Math.max(valueMax - valueMin, moves ? 0 : size) * 0.06
  return { valueMin: valueMin - margin, valueMax: valueMax + margin }
}
