import { type Command, InvalidArgumentError, Option } from 'commander'
import { type FailCondition, parseFailCondition, REPORT_PARTS } from '#services/backtester/fail-condition'
import { suggestName } from '#shared/configuration/nearest-name'
import type { RowSpan } from '#shared/scoring/test-protocol'

/** What `foretide backtest` scores, and by which model. */
export function withBacktestOptions(command: Command): Command {
  return command
    .option('--from <time>', 'of a topic: first event time that is read (default: all that is kept)')
    .option('--to <time>', 'of a topic: event time before which reading ends')
    .option('--vs <file>', 'compare with this configuration, on the same series, origins and leads')
    .option('--vs-pipeline <name>', 'whose settings to take from it (default: as --pipeline)')
    .addOption(
      new Option(
        '--fail-if <condition>',
        "such as 'mase>0.9' or 'byLead.24.mae>=3': end with 1 when it holds; may be given again",
      )
        .argParser(parseConditions)
        .default([], 'none'),
    )
    .optionsGroup('What is written:')
    .option(
      '--report <file>',
      'a page of charts, such as report.html, that holds everything and opens from the disk',
    )
    .addOption(
      new Option('--fans-at <times...>', 'origins whose fans it shows').default(
        [],
        '12, spread over the scored part',
      ),
    )
    .option(
      '--origins <file>',
      'every scored forecast: one row per series, origin and lead; .parquet or .csv',
    )
    .optionsGroup('What is scored (default: the last half):')
    .addOption(
      new Option(
        '--test-from <row>',
        'row of the first target, from 0; rows before it are learned from',
      ).argParser(parseRow),
    )
    .addOption(
      new Option('--test-to <row>', 'row after the last target (default: the end)').argParser(parseRow),
    )
    .addOption(
      new Option(
        '--standardise-on <rows>',
        'such as 0:8640: divide errors by the population standard deviation of these rows',
      ).argParser(parseRows),
    )
    .addOption(
      new Option('--windows <leads>', 'such as 1,24: mean errors also over the first leads only').argParser(
        parseWindows,
      ),
    )
    .addOption(
      new Option(
        '--net <net>',
        'trained: learn as in life; untrained: the same net, never trained; off: none (default: as configured)',
      ).choices(['trained', 'untrained', 'off']),
    )
}

function parseRow(text: string): number {
  const row = Number(text)
  if (text.trim() === '' || !Number.isInteger(row) || row < 0) {
    throw new InvalidArgumentError('must be the number of a row, from 0.')
  }
  return row
}

function parseRows(text: string): RowSpan {
  const [, from, to] = /^(\d+):(\d+)$/.exec(text) ?? []
  const span = { from: Number(from), to: Number(to) }
  if (span.to > span.from) return span
  throw new InvalidArgumentError('must be a row and a later one, which is not included, such as 0:8640.')
}

function parseWindows(text: string): readonly number[] {
  return text.split(',').map((lead) => {
    const leads = Number(lead)
    if (Number.isInteger(leads) && leads >= 1) return leads
    throw new InvalidArgumentError('must be numbers of leads with commas between, such as 1,24.')
  })
}

function parseConditions(text: string, before: readonly FailCondition[]): readonly FailCondition[] {
  const condition = parseFailCondition(text)
  const [part] = condition?.path.split('.') ?? []
  if (part !== undefined && !REPORT_PARTS.includes(part)) {
    throw new InvalidArgumentError(
      `names no figure of the report: ${part}; ${suggestName(part, REPORT_PARTS)}`,
    )
  }
  if (condition) return [...before, condition]
  throw new InvalidArgumentError(
    "must compare a figure of the report with a number, such as 'mase>0.9' or 'coverage.0.8<0.75'.",
  )
}
