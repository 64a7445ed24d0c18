import { resolve } from 'node:path'
import { accuracySets } from '#services/backtester/accuracy/accuracy-sets'
import { compareNets, type NetComparison } from '#services/backtester/accuracy/compare-nets'
import { type AccuracyResult, runAccuracyBench } from '#services/backtester/accuracy/run-accuracy-bench'
import { loadConfiguration } from '#shared/configuration/load-configuration'
import type { Net } from '#shared/configuration/net-control'
import { countOf } from '#shared/words/count-of'
import type { CommandContext } from '../command-context.js'
import { INTERRUPTED } from '../interrupted.js'
import { formatCount, formatSeconds } from '../terminal/figures.js'
import { describeProgress, ProgressMeter } from '../terminal/progress-meter.js'
import { StatusLine } from '../terminal/status-line.js'
import { type Column, renderTable } from '../terminal/table.js'

export interface BenchAccuracyFlags {
  readonly data?: string
  readonly dataDir?: string
  readonly only?: readonly string[]
  readonly net: readonly Net[]
  readonly preset?: string
  readonly failBelowFloors?: boolean
  readonly json?: boolean
}

const DATA = '../shared/data'
const CONTROLS = ['untrained', 'off'] as const satisfies readonly Net[]

export async function runBenchAccuracyCommand(
  { data, dataDir, only, net: nets, preset, failBelowFloors, json }: BenchAccuracyFlags,
  { terminal, env, clock, stop }: CommandContext,
): Promise<number> {
  const folder = resolve(data ?? env.FORETIDE_DATA ?? DATA)
  const configure = (cadence: string, horizon: number) =>
    loadConfiguration({ flags: { dataDir, horizon, preset, pipelines: { accuracy: { cadence } } }, env: {} })
  const status = new StatusLine(terminal.err)
  const meter = new ProgressMeter(status, clock, (name, progress) =>
    terminal.err.write(`${name}: ${describeProgress(progress)}\n`),
  )
  const sets = accuracySets.filter(({ name }) => only === undefined || only.includes(name))
  let missed = false
  const results: AccuracyResult[] = []
  for (const net of nets) {
    for (const set of sets) {
      // A control says something only where training is claimed to pay.
      if (net !== 'trained' && !set.control && only === undefined) continue
      const label = `${set.name} (${net})`
      const result = await runAccuracyBench({
        ...{ set, net, folder, clock, signal: stop },
        cacheDir: configure('1h', 1).log.dataDir,
        settings: (cadenceMs, horizon) =>
          configure(`${cadenceMs}ms`, horizon).pipelines[0]!.resolve(cadenceMs),
        onProgress: ({ events, total, eventsPerSecond, secondsLeft, training }) => {
          const note = training ? { note: `training ${training.step} of ${training.steps}` } : {}
          meter.update(label, { done: events, total, perSecond: eventsPerSecond, secondsLeft, ...note })
        },
      }).finally(() => meter.finish(label))
      if (!result) return INTERRUPTED
      results.push(result)
      if (net === 'trained') missed ||= result.figures.some(({ value, target }) => value > target)
      if (json) terminal.out.write(`${JSON.stringify(result)}\n`)
      else terminal.out.write(`${describeResult(result).join('\n')}\n\n`)
    }
  }
  for (const control of CONTROLS) {
    const comparison = compareNets(results, control)
    if (!comparison) continue
    if (json) terminal.out.write(`${JSON.stringify({ trainedOver: control, ...comparison })}\n`)
    else terminal.out.write(`${describeComparison(control, comparison)}\n`)
  }
  return missed && failBelowFloors ? 1 : 0
}

function describeComparison(control: Net, { sets, mean }: NetComparison): string {
  const percent = (ratio: number) => `${ratio < 1 ? '−' : '+'}${Math.abs(100 * (ratio - 1)).toFixed(1)} %`
  const each = Object.entries(sets).map(([set, ratio]) => `${set} ${percent(ratio)}`)
  return `Squared error of the net trained over ${control}: ${percent(mean)} in the mean (${each.join(', ')}).`
}

function describeResult(result: AccuracyResult): string[] {
  const { set, about, net, figures, events, eventsPerSecond, seconds, trainings, promoted } = result
  const references = [...new Set(figures.flatMap((figure) => Object.keys(figure.references)))]
  const right = (title: string): Column => ({ title, align: 'right' })
  const number = (value: number | undefined) =>
    value === undefined || Number.isNaN(value) ? '–' : value.toFixed(value >= 10 ? 2 : 4)
  return [
    `${set}, net ${net}: ${about}`,
    ...renderTable(
      [
        { title: '', align: 'left' },
        right('Foretide'),
        right('to reach'),
        right(''),
        ...references.map(right),
      ],
      figures.map(({ name, value, target, references: known }) => [
        ...[name, number(value), number(target)],
        Number.isNaN(target)
          ? ''
          : value <= target
            ? 'reached'
            : `${((value / target - 1) * 100).toFixed(1)} % above`,
        ...references.map((reference) => number(known[reference])),
      ]),
    ),
    `${countOf(events, 'event')} in ${formatSeconds(seconds)}, the line alone at ${formatCount(eventsPerSecond)} events/s; ${countOf(trainings, 'training')}, ${promoted} promoted`,
  ]
}
