import { access, constants, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Observe } from '#services/backtester/backtest-run'
import { FileUnwritableError } from '#services/backtester/errors'
import { observeAll } from '#services/backtester/observe-all'
import { OriginsFile } from '#services/backtester/origins/origins-file'
import { ReportRecorder, reportData } from '#services/backtester/report/report-recorder'
import { writeReport } from '#services/backtester/report/write-report'
import { type BacktestOptions, runBacktest } from '#services/backtester/run-backtest'
import { type ComparisonReport, runComparison } from '#services/backtester/run-comparison'
import type { ScoredPart } from '#services/backtester/scored-part'
import { PublishedLevels } from '#shared/forecast/quantile-levels'
import type { PairedScore } from '#shared/scoring/paired-scores'
import { describeBacktest, describeNothingScored } from './describe-backtest.js'
import { describeComparison } from './describe-comparison.js'
import type { OpenedBacktest } from './open-backtest.js'

export interface BacktestFiles {
  /** Page to write. */
  readonly report?: string
  /** Times of the origins whose fans it shows; empty: some. */
  readonly fansAtMs: readonly number[]
  /** Scored forecasts to write. */
  readonly origins?: string
}

export interface CarriedOut {
  /** What `--json` prints. */
  readonly report: object
  readonly lines: readonly string[]
  /** Why no forecast was scored, where none was. */
  readonly nothing: string | null
}

const UNPAIRED = 'nothing was compared: there is no target that both configurations forecast.'

/**
 * Backtest one configuration, or two side by side, and write the files that were asked for. null when it was stopped.
 * @param onOpen told what `--json` would print before the first event, and what is scored; what it throws ends the backtest
 */
export async function carryOutBacktest(
  opened: OpenedBacktest,
  names: readonly [string, string],
  files: BacktestFiles,
  around: Pick<BacktestOptions, 'protocol' | 'clock' | 'signal' | 'onProgress'>,
  onOpen: (unscored: object, part: ScoredPart) => void,
): Promise<CarriedOut | null> {
  for (const file of [files.report, files.origins]) if (file !== undefined) await requireWritable(file)
  const asked = [...opened.settings.levels, ...(opened.vs?.levels ?? [])]
  const { levels } = new PublishedLevels(asked)
  const origins = files.origins === undefined ? null : await OriginsFile.open(files.origins, levels)
  const recorders: ReportRecorder[] = []
  const observe =
    (side: 0 | 1): Observe =>
    (about) => {
      const recorder = new ReportRecorder({ name: names[side], fansAtMs: files.fansAtMs }, about)
      recorders[side] = recorder
      return observeAll([
        ...(files.report === undefined ? [] : [recorder]),
        ...(origins === null ? [] : [origins.observer(names[side], about)]),
      ])
    }
  const write = async (
    reports: readonly Parameters<ReportRecorder['result']>[0][],
    paired: PairedScore | null,
  ) => {
    await origins?.close()
    if (files.report === undefined) return
    const runs = reports.map((report, side) => ({ report, recorder: recorders[side]! }))
    await writeReport(files.report, reportData(runs, paired))
  }
  const { feed, settings, vs } = opened
  try {
    if (vs === null) {
      const report = await runBacktest({ feed, settings, ...around, observe: observe(0), onOpen })
      if (around.signal.aborted) return null
      await write([report], null)
      return { report, lines: describeBacktest(report), nothing: describeNothingScored(report) }
    }
    const both = [observe(0), observe(1)] as const
    const printed = ({ reports: [first, second], paired }: ComparisonReport) => {
      return { ...first, configuration: names[0], vs: { ...second, configuration: names[1] }, paired }
    }
    const compared = await runComparison({
      ...{ feed, settings: [settings, vs], observe: both, ...around },
      onOpen: (unscored, part) => onOpen(printed(unscored), part),
    })
    if (around.signal.aborted) return null
    const { reports, paired } = compared
    await write(reports, paired)
    const [first, second] = reports
    return {
      report: printed(compared),
      lines: describeComparison(compared, names),
      nothing:
        paired.targets > 0
          ? null
          : (describeNothingScored(first) ?? describeNothingScored(second) ?? UNPAIRED),
    }
  } finally {
    await origins?.discard()
  }
}

/** Better now than after minutes of work. */
async function requireWritable(file: string): Promise<void> {
  const folder = dirname(file)
  const place = await stat(folder).catch(() => null)
  if (!place?.isDirectory()) {
    throw new FileUnwritableError(`${file} cannot be written: there is no folder ${folder} to write to.`)
  }
  await access(folder, constants.W_OK).catch((cause: unknown) => {
    throw new FileUnwritableError(`${file} cannot be written: ${folder} may not be written to.`, { cause })
  })
  const there = await stat(file).catch(() => null)
  if (there?.isDirectory()) throw new FileUnwritableError(`${file} cannot be written: it is a folder.`)
}
