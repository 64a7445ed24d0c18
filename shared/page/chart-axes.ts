import uPlot from 'uplot'
import { themeColour } from './theme.js'
import { valueText } from './words.js'

/** The style sheet's, for what is drawn on the canvas. */
export const CHART_FONT = '-apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif'

const MINUTE = 60
const HOUR = 3600
const DAY = 86_400

/** Labels per spacing of the marks, in seconds: the short form, and what is written below when the day or year turns. */
const TIME_LABELS: (string | number | null)[][] = [
  [DAY * 365, '{YYYY}', null, null, null, null, null, null, 1],
  [DAY * 28, '{MMM}', '\n{YYYY}', null, null, null, null, null, 1],
  [DAY, '{D} {MMM}', '\n{YYYY}', null, null, null, null, null, 1],
  [HOUR, '{HH}:{mm}', '\n{D} {MMM} {YYYY}', null, '\n{D} {MMM}', null, null, null, 1],
  [MINUTE, '{HH}:{mm}', '\n{D} {MMM} {YYYY}', null, '\n{D} {MMM}', null, null, null, 1],
  [1, ':{ss}', '\n{D} {MMM} {HH}:{mm}', null, '\n{D} {MMM} {HH}:{mm}', null, '\n{HH}:{mm}', null, 1],
  [
    0.001,
    ':{ss}.{fff}',
    '\n{D} {MMM} {HH}:{mm}',
    null,
    '\n{D} {MMM} {HH}:{mm}',
    null,
    '\n{HH}:{mm}',
    null,
    1,
  ],
]

/** The two axes: time in UTC with 24 hours, and the value. */
export function chartAxes(): uPlot.Axis[] {
  const quiet = {
    stroke: themeColour('ink-soft'),
    grid: { stroke: themeColour('grid'), width: 1 },
    ticks: { show: false },
    font: `11px ${CHART_FONT}`,
  }
  return [
    // uPlot's types know the rows only as strings and numbers, without the nulls that its documentation has.
    { ...quiet, values: TIME_LABELS as uPlot.Axis.Values, space: 72, size: 40, gap: 6 },
    {
      ...quiet,
      size: 58,
      gap: 8,
      space: 44,
      values: (_plot: uPlot, marks: number[]) => marks.map((mark) => valueText(mark)),
    },
  ]
}

export function utcDate(seconds: number): Date {
  return uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC')
}
