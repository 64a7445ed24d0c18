import { type Command, InvalidArgumentError } from 'commander'
import type { CommandContext } from './command-context.js'
import { parsePlace } from './commands/parse-place.js'
import type { ReplayFlags } from './commands/run-replay-command.js'
import { withPipelineOptions } from './pipeline-options.js'

/** `foretide replay` */
export function addReplayCommand(
  program: Command,
  context: CommandContext,
  ended: (code: number) => void,
  exitCodes: string,
): void {
  withPipelineOptions(
    program
      .command('replay')
      .description(
        'Run a range of the input again as production ran it, beside production, and publish or compare what comes out.',
      )
      .option('--from <place>', 'offset, or time of a reading (default: as early as can be)', parsePlace)
      .option('--to <place>', 'the first one after the range (default: where production stands)', parsePlace)
      .option('--partition <numbers>', 'partitions with commas between (default: all)', parsePartitions)
      .option('--prefix <prefix>', 'of the topics to publish to (default: replay; with --check: none)')
      .option('--check', "compare with production's topics, and end with 1 at the first difference"),
    `  foretide replay --pipeline flights --check
  foretide replay --pipeline flights --from 2001-02-01 --to 2001-03-01 --prefix february
  foretide replay --pipeline flights --partition 2 --from 120000 --check --json

It reads without production's group and obeys the decisions in the log. It starts from the nearest snapshot before the range,
or from the beginning of the topic. A range whose records were deleted is refused, and the earliest possible one named.`,
    exitCodes,
  ).action(async (flags: ReplayFlags) => {
    const { runReplayCommand } = await import('./commands/run-replay-command.js')
    ended(await runReplayCommand(flags, context))
  })
}

function parsePartitions(text: string): readonly number[] {
  const numbers = text.split(',').map((part) => part.trim())
  if (numbers.every((part) => /^\d{1,6}$/.test(part))) return [...new Set(numbers.map(Number))]
  throw new InvalidArgumentError('must be numbers of partitions with commas between, such as 0,2.')
}
