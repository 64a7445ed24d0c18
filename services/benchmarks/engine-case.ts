import { type Cell, gatesOf, type NetShape, shapeOf } from '#shared/recurrent/net-shape'

/** F and H of every measured net: a few features, a day of hourly leads. */
export const INPUTS = 8
export const OUTPUTS = 24
/** T of forward and backward passes. */
export const UNROLLED = 32

/** One thing that is timed: steps of many series, or forward and backward passes through `UNROLLED` steps. */
export interface EngineCase {
  readonly kind: 'step' | 'train'
  readonly cell: Cell
  readonly hidden: number
  /** B */
  readonly rows: number
}

export interface CaseChoice {
  readonly cells: readonly Cell[]
  readonly hidden: readonly number[]
  readonly stepRows: readonly number[]
  readonly trainRows: readonly number[]
}

export const FULL_CHOICE: CaseChoice = {
  cells: ['elman-tanh', 'lstm', 'gru'],
  hidden: [16, 32, 64, 128],
  stepRows: [1, 8, 48, 256],
  trainRows: [64, 256],
}
/** What says most in little time. */
export const QUICK_CHOICE: CaseChoice = {
  ...FULL_CHOICE,
  hidden: [64],
  stepRows: [1, 48, 256],
  trainRows: [64],
}

const gru64 = (kind: EngineCase['kind'], rows: number): EngineCase => ({
  kind,
  cell: 'gru',
  hidden: 64,
  rows,
})

/** What the summary stands on; measured whatever else is chosen. */
export const HEADLINES = {
  stepsB1: gru64('step', 1),
  stepsB48: gru64('step', 48),
  stepsB256: gru64('step', 256),
  train: gru64('train', 64),
}

/** The headlines first, then all that is chosen, each once. */
export function listCases({ cells, hidden, stepRows, trainRows }: CaseChoice): readonly EngineCase[] {
  const chosen = [
    ...combine('step', cells, hidden, stepRows),
    ...combine('train', cells, hidden, trainRows),
  ].filter((candidate) => !isHeadline(candidate))
  return [...Object.values(HEADLINES), ...chosen]
}

function combine(
  kind: EngineCase['kind'],
  cells: readonly Cell[],
  sizes: readonly number[],
  batches: readonly number[],
): EngineCase[] {
  return cells.flatMap((cell) =>
    sizes.flatMap((hidden) => batches.map((rows) => ({ kind, cell, hidden, rows }))),
  )
}

export function isHeadline(chosen: EngineCase): boolean {
  return Object.values(HEADLINES).some((headline) => sameCase(headline, chosen))
}

export function sameCase(a: EngineCase, b: EngineCase): boolean {
  return a.kind === b.kind && a.cell === b.cell && a.hidden === b.hidden && a.rows === b.rows
}

export function shapeOfCase({ cell, hidden }: EngineCase): NetShape {
  return shapeOf({
    ...{ cell, layers: 1, inputs: INPUTS, hidden, outputs: OUTPUTS },
    ...{ output: 'linear', headReadsInput: true },
  })
}

/**
 * Floating-point operations of the matrix products of one series-timestep, a multiplication and an addition counted as two;
 * exponentials, biases and products by elements are left out. Backward: the gradient of each weight, and of the hidden state
 * through the recurrent matrix and the head; nobody asks for the input's.
 */
export function operationsOf({ kind, cell, hidden }: EngineCase): number {
  const gates = gatesOf(cell) * hidden
  const forward = 2 * (gates * (INPUTS + hidden) + OUTPUTS * (hidden + INPUTS))
  const toHidden = 2 * (gates * hidden + OUTPUTS * hidden)
  return kind === 'step' ? forward : 2 * forward + toHidden
}
