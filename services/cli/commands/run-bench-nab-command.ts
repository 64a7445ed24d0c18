import { join } from 'node:path'
import { readNabCorpus, readNabReference } from '#services/benchmarks/nab-corpus'
import { NAB_PROFILES, type NabProfile, scoreNab } from '#services/benchmarks/nab-scorer'
import { type NabReport, runNabBench } from '#services/benchmarks/run-nab-bench'
import { loadConfiguration } from '#shared/configuration/load-configuration'
import type { CommandContext } from '../command-context.js'
import { INTERRUPTED } from '../interrupted.js'
import { formatCount } from '../terminal/figures.js'
import { describeProgress, ProgressMeter } from '../terminal/progress-meter.js'
import { StatusLine } from '../terminal/status-line.js'
import { type Column, renderTable } from '../terminal/table.js'

export interface BenchNabFlags {
  readonly data?: string
  readonly failBelowFloors?: boolean
  readonly json?: boolean
}

type Scores = Readonly<Record<NabProfile['name'], number>>

const DATA = '../shared/data'
/** What the scorer may differ from a published score by. */
const TOLERANCE = 0.1
const FLOORS: Scores = { standard: 60, lowFalsePositives: 50, lowFalseNegatives: 66 }
/** The benchmark's own scoreboard, version 1.1. */
const SCOREBOARD: Readonly<Record<string, Scores>> = {
  'Random Cut Forest': { standard: 51.7, lowFalsePositives: 38.4, lowFalseNegatives: 59.7 },
  'KNN-CAD': { standard: 58.0, lowFalsePositives: 43.4, lowFalseNegatives: 64.8 },
  'Numenta TM': { standard: 64.6, lowFalsePositives: 56.7, lowFalseNegatives: 69.2 },
  'Numenta HTM': { standard: 70.1, lowFalsePositives: 63.1, lowFalseNegatives: 74.3 },
}

export async function runBenchNabCommand(
  flags: BenchNabFlags,
  { terminal, env, clock, stop }: CommandContext,
): Promise<number> {
  const folder = join(flags.data ?? env.FORETIDE_DATA ?? DATA, 'nab')
  const corpus = await readNabCorpus(folder)
  const reference = await readNabReference(folder, corpus)
  const reproduced = scoresOf((profile) => scoreNab(reference.files, profile).score)
  const differs = NAB_PROFILES.some(
    ({ name }) => !(Math.abs(reproduced[name] - reference.published[name]) <= TOLERANCE),
  )
  const configuration = loadConfiguration({
    flags: { pipelines: { nab: { cadence: '1h' } } },
    env: {},
  })
  const settings = configuration.pipelines[0]!.resolve(3_600_000)
  const status = new StatusLine(terminal.err)
  const meter = new ProgressMeter(status, clock, (_, progress) =>
    terminal.err.write(`${describeProgress(progress)}\n`),
  )
  const report = await runNabBench({
    ...{ corpus, settings, clock, signal: stop },
    onProgress: ({ rows, total, rowsPerSecond, secondsLeft }) =>
      meter.update('bench nab', { done: rows, total, perSecond: rowsPerSecond, secondsLeft }),
  }).finally(() => meter.finish('bench nab'))
  if (stop.aborted) return INTERRUPTED
  const { published } = reference
  const scorer = { detector: reference.name, reproduced, published }
  if (flags.json) terminal.out.write(`${JSON.stringify({ ...report, scorer })}\n`)
  else terminal.out.write(`${describeNab(report, scorer).join('\n')}\n`)
  if (differs) terminal.err.write('The scorer does not reproduce the published score: believe none of it.\n')
  const below = NAB_PROFILES.some(({ name }) => report.profiles[name].score < FLOORS[name])
  return differs || (flags.failBelowFloors && below) ? 1 : 0
}

function scoresOf(score: (profile: NabProfile) => number): Scores {
  return Object.fromEntries(NAB_PROFILES.map((profile) => [profile.name, score(profile)])) as Scores
}

function describeNab(
  report: NabReport,
  scorer: { readonly detector: string; readonly reproduced: Scores; readonly published: Scores },
): string[] {
  const row = (name: string, scores: Scores) => [
    name,
    ...NAB_PROFILES.map((profile) => scores[profile.name].toFixed(1)),
  ]
  const columns: Column[] = [
    { title: '', align: 'left' },
    ...['standard', 'low FP', 'low FN'].map((title): Column => ({ title, align: 'right' })),
  ]
  const scores = scoresOf(({ name }) => report.profiles[name].score)
  const thresholds = scoresOf(({ name }) => report.profiles[name].threshold)
  return [
    ...renderTable(columns, [
      row('Foretide', scores),
      row('has to reach', FLOORS),
      ...Object.entries(SCOREBOARD).map(([name, published]) => row(name, published)),
      row(`${scorer.detector}, our scorer`, scorer.reproduced),
      row(`${scorer.detector}, published`, scorer.published),
    ]),
    '',
    `${formatCount(report.rows)} rows of ${report.files} files at ${formatCount(report.rowsPerSecond)} rows/s.`,
    `Thresholds, fitted to the corpus as the benchmark does: ${NAB_PROFILES.map(({ name }) => thresholds[name].toFixed(2)).join(', ')} of Foretide's own (1).`,
    `At 1, it calls ${report.alarmsPer10k.toFixed(1)} of 10,000 rows anomalies.`,
  ]
}
