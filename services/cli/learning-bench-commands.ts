import { type Command, Option } from 'commander'
import type { CommandContext } from './command-context.js'
import type { BenchDriftFlags } from './commands/run-bench-drift-command.js'
import type { BenchLearningFlags } from './commands/run-bench-learning-command.js'
import type { BenchRecipeFlags } from './commands/run-bench-recipe-command.js'
import { parseNumber } from './parse-number.js'

/** Adds to `foretide bench` what is measured of learning. */
export function addLearningBenches(
  bench: Command,
  context: CommandContext,
  ended: (code: number) => void,
  exitCodes: string,
): void {
  const json = () => new Option('--json', 'write JSON lines instead of text for people')

  bench
    .command('learning')
    .description('What training beside it costs serving, on the embedded log.')
    .addOption(new Option('--events <number>', 'events of each run (default: 400000)').argParser(parseNumber))
    .addOption(
      new Option('--rounds <number>', 'pairs of runs whose median counts (default: 3)').argParser(
        parseNumber,
      ),
    )
    .addOption(json())
    .addHelpText(
      'after',
      `
The same events are served with a trainer beside that never pauses, and without one, by turns. Ends with 1 when training costs 15 %
or more of the throughput, or when no session ended, so that nothing can be said.

Examples:
  foretide bench learning
  foretide bench learning --events 800000 --rounds 1 --json
${exitCodes}`,
    )
    .action(async (flags: BenchLearningFlags) => {
      const { runBenchLearningCommand } = await import('./commands/run-bench-learning-command.js')
      ended(await runBenchLearningCommand(flags, context))
    })

  bench
    .command('drift')
    .description('False alarms and delay of the drift detector and its peers, on made-up scores.')
    .addOption(new Option('--streams <number>', 'streams of each kind (default: 60)').argParser(parseNumber))
    .addOption(json())
    .addHelpText(
      'after',
      `
The figures are the same on every run and machine. What they say: docs/decisions/0012-drift-by-page-hinkley.md.

Examples:
  foretide bench drift
  foretide bench drift --streams 10 --json
${exitCodes}`,
    )
    .action(async (flags: BenchDriftFlags) => {
      const { runBenchDriftCommand } = await import('./commands/run-bench-drift-command.js')
      ended(await runBenchDriftCommand(flags, context))
    })

  bench
    .command('recipe')
    .description('How the head would forecast if it were trained otherwise: pinball loss, dropout, noise.')
    .option('--data <folder>', 'holds ETTh1.csv and so on (default: FORETIDE_DATA, else ../shared/data)')
    .option('--data-dir <folder>', 'where the demo keeps its counts (default: .foretide)')
    .addOption(
      new Option('--only <names>', 'of the sets of `bench accuracy` (default: ETTh1,flights)').argParser(
        (names) => names.split(',').map((name) => name.trim()),
      ),
    )
    .addOption(new Option('--seeds <number>', 'trainings of each (default: 2)').argParser(parseNumber))
    .addOption(
      new Option('--steps <number>', 'of a training (default: as a first session has)').argParser(
        parseNumber,
      ),
    )
    .addOption(json())
    .addHelpText(
      'after',
      `
The head alone is trained on the older three quarters of each series and judged on the newest, without read-outs or mixture. What the
figures say: docs/decisions/0018-huber-on-the-point.md.

Examples:
  foretide bench recipe
  foretide bench recipe --only flights --seeds 1 --json
${exitCodes}`,
    )
    .action(async (flags: BenchRecipeFlags) => {
      const { runBenchRecipeCommand } = await import('./commands/run-bench-recipe-command.js')
      ended(await runBenchRecipeCommand(flags, context))
    })
}
