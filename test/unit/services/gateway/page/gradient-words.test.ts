import { expect, test } from 'vitest'
import {
  cellWords,
  flowSentence,
  normText,
  panelAbout,
  panelWords,
  powerText,
  reachOf,
  rowsOf,
} from '#services/gateway/page/gradient-words'
import { HOUR_MS } from '../made-up-forecasts.js'

const lags = Array.from({ length: 32 }, (_, lag) => lag)
const geometric = (series: string, factor: number, size = 1) => ({
  series,
  norms: lags.map((lag) => size * factor ** lag),
})
const flowOf = (...factors: number[]) => ({
  lags,
  series: factors.map((factor, i) => geometric(`s${i}`, factor)),
  decayPerLag: factors[0]!,
})

test('the chosen series stands first, the others keep their order', () => {
  const names = (chosen: string) => rowsOf(flowOf(0.5, 0.6, 0.7), chosen).map(({ series }) => series)
  expect(names('s2')).toEqual(['s2', 's0', 's1'])
  expect(names('elsewhere')).toEqual(['s0', 's1', 's2'])
})

test('a reading counts while its gradient is a hundredth of the first, in most series', () => {
  // By hand: 0.5⁶ = 0.0156 and 0.5⁷ = 0.0078; 0.7¹² = 0.0138 and 0.7¹³ = 0.0097.
  expect(reachOf(flowOf(0.5))).toBe(6)
  expect(reachOf(flowOf(0.9, 0.5, 0.7))).toBe(12)
  expect(reachOf(flowOf(0.9, 0.5))).toBe(6)
})

test('one sentence says how far back, and whether anything explodes', () => {
  const said = (...factors: number[]) => flowSentence(flowOf(...factors), HOUR_MS)
  expect(said(0.7)).toBe('A reading still counts for about 12 steps (12 h); nothing explodes.')
  // By hand: 0.1¹ is a tenth, 0.1² a hundredth; 0.05¹ is more than a hundredth and 0.05² is not.
  expect(said(0.05)).toBe('A reading still counts for about 1 step (1 h); nothing explodes.')
  expect(said(0.97)).toBe('A reading still counts after all of the 31 steps (31 h) shown; nothing explodes.')
  expect(said(1.01)).toContain('nothing explodes')
  expect(said(0.001)).toBe('A reading counts for its own step only: the gradient vanishes at once.')
  // By hand: 1.1³¹ = 19.2 is more than ten times the first.
  expect(said(1.1, 0.7, 0.7)).toBe(
    'In 1 of 3 series the gradient grows with the lag: it explodes, and clipping bounds each update.',
  )
  expect(said(1.1, 1.2)).toContain('In every series')
})

test('without a picture it says when there will be one', () => {
  const answer = { pipeline: 'flights', version: 0, gradientFlow: null }
  expect(panelWords(null, HOUR_MS)).toBe('Asking for it…')
  expect(panelWords(answer, HOUR_MS)).toContain('after the first training')
  expect(panelWords({ ...answer, version: 3 }, HOUR_MS)).toContain('Nobody measured weights v3')
  expect(panelAbout({ ...answer, version: 3, gradientFlow: flowOf(0.7) })).toMatch(
    /weights v3 · × 0\.70 per step back$/,
  )
})

test('a cell is read with its series, its lag in steps and time, its norm and its share', () => {
  const row = geometric('ATL', 0.5, 0.2)
  expect(cellWords(row, 0, 0, HOUR_MS)).toBe('ATL, at the origin itself: 0.2')
  expect(cellWords(row, 1, 1, HOUR_MS)).toBe('ATL, 1 step (1 h) back: 0.1, 50 % of lag 0')
  expect(cellWords(row, 5, 5, HOUR_MS)).toBe('ATL, 5 steps (5 h) back: 0.00625, 3.1 % of lag 0')
  expect(cellWords(row, 20, 20, HOUR_MS)).toBe(
    'ATL, 20 steps (20 h) back: 1.9 × 10⁻⁷, less than 0.1 % of lag 0',
  )
  expect(cellWords(geometric('x', 2), 5, 5, HOUR_MS)).toBe(
    'x, 5 steps (5 h) back: 32, 32 times that of lag 0',
  )
})

test('norms have three digits, and a power of ten where there are many noughts', () => {
  expect([0, 0.012345, 12.345, 9999, 1.5e-5, 3.40282e38].map(normText)).toEqual([
    '0',
    '0.0123',
    '12.3',
    '10000',
    '1.5 × 10⁻⁵',
    '3.4 × 10³⁸',
  ])
  expect([-12, 0, 7].map(powerText)).toEqual(['10⁻¹²', '1', '10⁷'])
})
