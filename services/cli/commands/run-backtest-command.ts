import { resolve } from 'node:path'
import type { BacktestProgress } from '#services/backtester/drive-runs'
import { COMPARISON_PARTS, checkCondition, type FailCondition } from '#services/backtester/fail-condition'
import type { ScoredPart } from '#services/backtester/scored-part'
import type { ProtocolRows, RowSpan } from '#shared/scoring/test-protocol'
import { printable } from '#shared/telemetry/structured-log'
import type { CommandContext } from '../command-context.js'
import { INTERRUPTED } from '../interrupted.js'
import { requireOrder } from '../require-order.js'
import { describeProgress, ProgressMeter } from '../terminal/progress-meter.js'
import { StatusLine } from '../terminal/status-line.js'
import { UsageError } from '../usage-error.js'
import { configurationNames } from './configuration-names.js'
import { requireFigures, tellMissing } from './missing-figures.js'
import { type OpenBacktestFlags, openBacktest, optionalTimeOf, TOPIC, timeOf } from './open-backtest.js'
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
  const learns = { own: settings.learn, vs: vs?.learn === true }
  const onOpen = (unscored: object, { protocol: test }: ScoredPart) => {
    requireFigures(unscored, flags.failIf, learns)
    if (test && test.unscaled.length > 0) say(printable(tellUnscaled(test.unscaled)))
  }
  const found = await carryOutBacktest(opened, names, files, around, onOpen).finally(() =>
    meter.finish('backtest'),
  )
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
  const { from, to, vs, vsPipeline, report, origins, fansAt, failIf, net, learn } = flags
  if (net === 'trained' && !learn) {
    throw new UsageError('--net trained trains and --no-learn does not: leave one of them out.')
  }
  if ((from ?? to) !== undefined && !source.startsWith(TOPIC)) {
    throw new UsageError(
      `--from and --to cut a range out of a topic, and ${source} is none; of a file, --test-from and --test-to choose what is scored.`,
    )
  }
  requireOrder(optionalTimeOf(from, '--from'), optionalTimeOf(to, '--to'))
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

/** Names of series that are listed of many. */
const SERIES_SHOWN = 8

/** Of series that `--standardise-on` gives no scale. */
function tellUnscaled(series: readonly string[]): string {
  const shown = series.slice(0, SERIES_SHOWN).join(', ')
  const more = series.length > SERIES_SHOWN ? ` and ${series.length - SERIES_SHOWN} more` : ''
  const [have, keep] =
    series.length === 1
      ? ['does', 'its errors count in its unit']
      : ['do', 'their errors count in their units']
  return `${shown}${more} ${have} not move in the rows of --standardise-on: ${keep}, as the papers' scalers have it, among those of the others in standard deviations`
}

function protocolOf({ testFrom, testTo, standardiseOn, windows }: BacktestFlags): ProtocolRows | undefined {
  requireOrder(testFrom, testTo, ['--test-from', '--test-to'])
  if (testFrom !== undefined) return { testFrom, testTo, standardiseOn, windows }
  if (testTo === undefined && standardiseOn === undefined && windows === undefined) return undefined
  throw new UsageError(
    '--test-to, --standardise-on and --windows need --test-from: which row is tested first?',
  )
}
