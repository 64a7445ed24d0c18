import { resolve } from 'node:path'
import { accuracySets } from '#services/backtester/accuracy/accuracy-sets'
import { type RecipeResult, runRecipeBench } from '#services/benchmarks/recipe/run-recipe-bench'
import { loadConfiguration } from '#shared/configuration/load-configuration'
import type { CommandContext } from '../command-context.js'
import { INTERRUPTED } from '../interrupted.js'
import { ProgressMeter } from '../terminal/progress-meter.js'
import { StatusLine } from '../terminal/status-line.js'
import { type Column, renderTable } from '../terminal/table.js'

export interface BenchRecipeFlags {
  readonly data?: string
  readonly dataDir?: string
  readonly only?: readonly string[]
  readonly seeds?: number
  readonly steps?: number
  readonly json?: boolean
}

const DATA = '../shared/data'
const SETS = ['ETTh1', 'flights']
const SEEDS = 2

export async function runBenchRecipeCommand(
  { data, dataDir, only = SETS, seeds = SEEDS, steps, json }: BenchRecipeFlags,
  { terminal, env, clock, stop }: CommandContext,
): Promise<number> {
  const folder = resolve(data ?? env.FORETIDE_DATA ?? DATA)
  const configure = (cadence: string, horizon: number) =>
    loadConfiguration({ flags: { dataDir, horizon, pipelines: { recipe: { cadence } } }, env: {} })
  const meter = new ProgressMeter(new StatusLine(terminal.err), clock, (name, { done, total }) =>
    terminal.err.write(`${name}: ${done} of ${total} trainings\n`),
  )
  for (const set of accuracySets.filter(({ name }) => only.includes(name))) {
    const feed = await set.open(folder, configure('1h', 1).log.dataDir)
    const { cadenceMs } = feed
    const settings = configure(`${cadenceMs}ms`, set.horizon).pipelines[0]!.resolve(cadenceMs)
    const beganMs = clock.now()
    const results = await runRecipeBench({
      ...{ feed, settings, seeds, steps, signal: stop },
      onProgress: (done, total) => {
        const perSecond = (1000 * done) / Math.max(1, clock.now() - beganMs)
        meter.update(set.name, { done, total, perSecond, secondsLeft: (total - done) / perSecond })
      },
    }).finally(() => meter.finish(set.name))
    if (results === null) return INTERRUPTED
    if (json)
      for (const result of results)
        terminal.out.write(`${JSON.stringify({ set: set.name, seeds, ...result })}\n`)
    else terminal.out.write(`${describe(set.name, results).join('\n')}\n\n`)
  }
  return 0
}

function describe(set: string, results: readonly RecipeResult[]): string[] {
  const right = (title: string): Column => ({ title, align: 'right' })
  return renderTable(
    [
      { title: `${set}: errors over those of the recipe in use`, align: 'left' },
      ...['squared, lead 1', 'squared', 'absolute, lead 1', 'absolute'].map(right),
    ],
    results.map(({ variant, point, ratios }) => [
      point === 'median' ? variant : `${variant}, ${point}`,
      ...[ratios.squaredFirst, ratios.squared, ratios.absoluteFirst, ratios.absolute].map((ratio) =>
        ratio.toFixed(3),
      ),
    ]),
  )
}
