import { resolve } from 'node:path'
import type { BacktestProgress } from '#services/backtester/drive-runs'
import {
  COMPARISON_PARTS,
  checkCondition,
  type FailCondition,
  type MissingFigure,
} from '#services/backtester/fail-condition'
import type { ProtocolRows, RowSpan } from '#shared/scoring/test-protocol'
import type { CommandContext } from '../command-context.js'
import { INTERRUPTED } from '../interrupted.js'
import { describeProgress, ProgressMeter } from '../terminal/progress-meter.js'
import { StatusLine } from '../terminal/status-line.js'
import { UsageError } from '../usage-error.js'
import { configurationNames } from './configuration-names.js'
import { type OpenBacktestFlags, openBacktest, TOPIC, timeOf } from './open-backtest.js'
import { tellFindings } from './tell-findings.js'

export interface BacktestFlags extends OpenBacktestFlags {
  readonly testFrom?: number
  readonly testTo?: number
  readonly standardiseOn?: RowSpan
  readonly windows?: readonly number[]
  readonly failIf: readonly FailCondition[]
  readonly report?: string
  readonly fansAt: readonly string[]
  readonly origins?: string
  readonly json?: boolean
}

/** Names that are listed after one that is not there. */
const NAMES_SHOWN = 12

export async function runBacktestCommand(
  source: string,
  flags: BacktestFlags,
  context: CommandContext,
): Promise<number> {
  const { terminal, clock, stop } = context
  const say = (line: string) => terminal.err.write(`${line}\n`)
  requireUse(source, flags)
  const protocol = protocolOf(flags)
  const status = new StatusLine(terminal.err)
  const meter = new ProgressMeter(status, clock, (_, progress) => say(describeProgress(progress)))
  status.show(`reading ${source}`)
  const opened = await openBacktest(source, flags, context, say).finally(() => status.clear())
  tellFindings(opened.feed.findings, say)
  const around = {
    ...{ protocol, clock, signal: stop },
    onProgress: ({ events, total, eventsPerSecond, secondsLeft, training }: BacktestProgress) => {
      const note = training ? { note: `training ${training.step} of ${training.steps}` } : {}
      meter.update('backtest', { done: events, total, perSecond: eventsPerSecond, secondsLeft, ...note })
    },
  }
  const { settings, vs } = opened
  const names = configurationNames(
    { file: flags.config ?? context.env.FORETIDE_CONFIG, pipeline: settings.name },
    { file: flags.vs, pipeline: vs?.name ?? settings.name },
  )
  const files = { ...flags, fansAtMs: flags.fansAt.map((time) => timeOf(time, '--fans-at')) }
  const { carryOutBacktest } = await import('./carry-out-backtest.js')
  const found = await carryOutBacktest(opened, names, files, around).finally(() => meter.finish('backtest'))
  if (found === null) {
    say('stopped before the end: nothing is scored, and no file was written')
    return INTERRUPTED
  }
  for (const file of [flags.report, flags.origins]) if (file !== undefined) say(`written: ${file}`)
  terminal.out.write(flags.json ? `${JSON.stringify(found.report)}\n` : `${found.lines.join('\n')}\n`)
  const { report } = found
  const failed = flags.failIf
    .map((condition) => checkCondition(report, condition))
    .filter(({ fails }) => fails)
  for (const { condition, value, missing } of failed) {
    say(
      value === null
        ? `failed: ${tellMissing(condition, missing)} (--fail-if '${condition.text}')`
        : `failed: ${condition.path} is ${value} (--fail-if '${condition.text}')`,
    )
  }
  if (found.nothing !== null) say(found.nothing)
  return failed.length > 0 || found.nothing !== null ? 1 : 0
}

/** @throws UsageError for a flag that would change nothing, or write over what is read */
function requireUse(source: string, flags: BacktestFlags): void {
  const { from, to, vs, vsPipeline, report, origins, fansAt, failIf } = flags
  if ((from ?? to) !== undefined && !source.startsWith(TOPIC)) {
    throw new UsageError(
      `--from and --to cut a range out of a topic, and ${source} is none; of a file, --test-from and --test-to choose what is scored.`,
    )
  }
  if (vsPipeline !== undefined && vs === undefined) {
    throw new UsageError('--vs-pipeline needs --vs: which configuration is compared?')
  }
  const compared = failIf.find(({ path }) => COMPARISON_PARTS.includes(path.split('.')[0]!))
  if (compared && vs === undefined) {
    throw new UsageError(`--fail-if '${compared.text}' needs --vs: which configuration is compared?`)
  }
  if (report !== undefined && !/\.html?$/i.test(report)) {
    throw new UsageError(`--report ${report} must end with .html.`)
  }
  if (origins !== undefined && resolve(origins) === resolve(source)) {
    throw new UsageError(`--origins ${origins} is the source itself, which would be lost: name another file.`)
  }
  if (fansAt.length > 0 && report === undefined) {
    throw new UsageError('--fans-at needs --report: which page shows the fans?')
  }
}

/** What there is instead of a figure. */
function tellMissing({ path }: FailCondition, missing: MissingFigure | null): string {
  const { unknown = false, within = '', names = [] } = missing ?? {}
  if (unknown) return `${path} is not known: there was too little to measure it on`
  const shown = names.slice(0, NAMES_SHOWN).join(', ')
  const there = names.length > NAMES_SHOWN ? `${shown}, …` : shown
  return `the report has no figure ${path}; ${within === '' ? 'it' : within} has ${there || 'none'}`
}

function protocolOf({ testFrom, testTo, standardiseOn, windows }: BacktestFlags): ProtocolRows | undefined {
  if (testFrom !== undefined) return { testFrom, testTo, standardiseOn, windows }
  if (testTo === undefined && standardiseOn === undefined && windows === undefined) return undefined
  throw new UsageError(
    '--test-to, --standardise-on and --windows need --test-from: which row is tested first?',
  )
}
