import { type Command, InvalidArgumentError } from 'commander'
import type { CommandContext } from './command-context.js'
import type { PipelineFlags } from './commands/named-pipelines.js'
import { parseTime } from './commands/parse-place.js'
import type { ExcludeFlags } from './commands/run-state-mark-command.js'
import type { RewindFlags } from './commands/run-state-rewind-command.js'
import { withPipelineOptions } from './pipeline-options.js'

/** `foretide state …`: what is remembered, and how to undo what was learned from an incident. */
export function addStateCommands(
  program: Command,
  context: CommandContext,
  ended: (code: number) => void,
  exitCodes: string,
): void {
  const state = program
    .command('state')
    .description('Look at what a pipeline remembers, and undo what it has learned from an incident.')
  const add = (command: Command, examples: string) => withPipelineOptions(command, examples, exitCodes)
  const reason = ['--reason <text>', 'why, for those who read the log later'] as const
  add(
    state.command('ls').description('List marked spans, snapshots and rewinds.'),
    '  foretide state ls --pipeline flights',
  ).action(async (flags: PipelineFlags) => {
    const { runStateLsCommand } = await import('./commands/run-state-ls-command.js')
    ended(await runStateLsCommand(flags, context))
  })
  add(
    state
      .command('show')
      .description('Tell what was last saved of one series.')
      .argument('<series>', 'id of the series'),
    '  foretide state show boiler-7 --pipeline meters',
  ).action(async (series: string, flags: PipelineFlags) => {
    const { runStateShowCommand } = await import('./commands/run-state-show-command.js')
    ended(await runStateShowCommand(series, flags, context))
  })
  add(
    state
      .command('exclude')
      .description('Mark a span of event time: training passes it over from now on.')
      .option('--from <time>', 'when it begins', time)
      .option('--to <time>', 'the first moment after it', time)
      .option('--series <id>', 'that series alone (default: all)')
      .option('--force', 'also a series that nothing is saved of, such as one that is still to come')
      .option(...reason),
    '  foretide state exclude --from 2026-01-05T10:00Z --to 2026-01-05T14:30Z --reason "sensors unplugged"',
  ).action(async (flags: ExcludeFlags) => {
    const { runStateExcludeCommand } = await import('./commands/run-state-mark-command.js')
    ended(await runStateExcludeCommand(flags, context))
  })
  add(
    state.command('include').description('Take the mark of a span back.').argument('<id>', 'of the mark'),
    '  foretide state include 3f2a91c0',
  ).action(async (id: string, flags: PipelineFlags) => {
    const { runStateIncludeCommand } = await import('./commands/run-state-mark-command.js')
    ended(await runStateIncludeCommand(id, flags, context))
  })
  add(
    state
      .command('rewind')
      .description(
        'Compute all states anew without what is marked, from the last snapshot before it; what was published stays.',
      )
      .option(
        '--before <time>',
        'from the last snapshot before this time (default: before what is marked)',
        time,
      )
      .option(...reason),
    '  foretide state rewind --pipeline meters\n  foretide state rewind --before 2026-01-05',
  ).action(async (flags: RewindFlags) => {
    const { runStateRewindCommand } = await import('./commands/run-state-rewind-command.js')
    ended(await runStateRewindCommand(flags, context))
  })
}

function time(text: string): number {
  const timeMs = parseTime(text)
  if (timeMs !== null) return timeMs
  throw new InvalidArgumentError('must be a time such as 2026-01-05 or 2026-01-05T10:00Z.')
}
