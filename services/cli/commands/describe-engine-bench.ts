import { CONTESTANTS, type ContestantName } from '#services/benchmarks/contestant'
import { INPUTS, OUTPUTS, UNROLLED } from '#services/benchmarks/engine-case'
import type { EngineSummary } from '#services/benchmarks/engine-summary'
import type { EngineFigure } from '#services/benchmarks/measure-case'
import type { EngineBenchReport } from '#services/benchmarks/run-engine-bench'
import { formatCount, formatShare, formatValue } from '../terminal/figures.js'
import { type Column, renderTable } from '../terminal/table.js'

const OPPONENTS = CONTESTANTS.filter((name) => name !== 'kernel')

/** The bench's report in words and tables, for a terminal. */
export function describeEngineBench(report: EngineBenchReport, { gru64, backend }: EngineSummary): string[] {
  const { backends, absent, core, rooflineGflops } = report
  const times = (value: number | null) => (value === null ? 'not measured' : `${formatValue(value)} times`)
  return [
    ...Object.entries(backends).map(([name, what]) => `${name}: ${what}`),
    ...Object.entries(absent).map(([name, why]) => `${name}: absent, ${why}`),
    `${core === null ? 'not pinned to a core' : `on core ${core}`}; multiplying and adding alone: ${formatValue(rooflineGflops)} GFLOP/s`,
    '',
    `Steps a second (${INPUTS} inputs, ${OUTPUTS} outputs)`,
    ...figureTable(report, 'step', OPPONENTS),
    '',
    `Series-timesteps forward and backward a second (T = ${UNROLLED})`,
    ...figureTable(report, 'train', OPPONENTS),
    '',
    'GRU-64:',
    `  one series at a time ${formatCount(gru64.stepsPerSecondB1)} steps/s, ${times(gru64.vsTfjsNodeB1)} tfjs-node, ${times(gru64.vsTunedTfjsNodeB1)} our TensorFlow engine`,
    `  batches of 48        ${formatCount(gru64.stepsPerSecondB48)} steps/s, ${formatShare(gru64.rooflineShareB48 ?? Number.NaN)} of the roofline`,
    `  batches of 256       ${times(gru64.vsTfjsNodeB256)} tfjs-node, ${times(gru64.vsTunedTfjsNodeB256)} our TensorFlow engine`,
    `  forward + backward   ${formatCount(gru64.trainTimestepsPerSecond)} series-timesteps/s, ${times(gru64.trainVsPlainTfjs)} tfjs-node, ${times(gru64.trainVsTfjs)} our TensorFlow engine`,
    `  tfjs-node is as the library offers it (tfjs-node-plain); our engine (${backend}) goes below its public functions`,
  ]
}

const right = (title: string): Column => ({ title, align: 'right' })

/** A row per case; an opponent that measured nothing of this kind gets no column. */
function figureTable(
  { figures }: EngineBenchReport,
  kind: EngineFigure['kind'],
  opponents: readonly ContestantName[],
): string[] {
  const ofKind = figures.filter((figure) => figure.kind === kind)
  const shown = opponents.filter((name) => ofKind.some(({ contestant }) => contestant === name))
  const cases = ofKind.filter(({ contestant }) => contestant === 'kernel').sort(byCase)
  const opponentCells = (own: EngineFigure, name: ContestantName) => {
    const other = ofKind.find((figure) => figure.contestant === name && byCase(figure, own) === 0)
    return other
      ? [formatCount(other.perSecond), `${formatValue(own.perSecond / other.perSecond)}×`]
      : ['', '']
  }
  return renderTable(
    [
      ...[{ title: 'cell', align: 'left' } as const, right('hidden'), right('B'), right('kernel')],
      ...[right('GFLOP/s'), right('roofline'), ...shown.flatMap((name) => [right(name), right('')])],
    ],
    cases.map((own) => [
      ...[own.cell, String(own.hidden), String(own.rows), formatCount(own.perSecond)],
      ...[own.gflops.toFixed(1), formatShare(own.rooflineShare ?? Number.NaN)],
      ...shown.flatMap((name) => opponentCells(own, name)),
    ]),
  )
}

function byCase(a: EngineFigure, b: EngineFigure): number {
  return a.cell.localeCompare(b.cell, 'en') || a.hidden - b.hidden || a.rows - b.rows
}
