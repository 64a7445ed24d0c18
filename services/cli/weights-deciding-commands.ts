import type { Command } from 'commander'
import type { CommandContext } from './command-context.js'
import type { WeightsImportFlags } from './commands/run-weights-import-command.js'
import type { ServeAction } from './commands/run-weights-serve-command.js'
import type { WeightsTrainFlags } from './commands/run-weights-train-command.js'
import type { DecidingFlags } from './commands/weights-desk.js'
import { withPipelineOptions } from './pipeline-options.js'
import { versionNumber, withNetOptions } from './weights-options.js'

/** What an operator decides on weights: appended to the weights topic, and obeyed by whatever runs the pipeline. */
export function addWeightsDecidingCommands(
  weights: Command,
  context: CommandContext,
  ended: (code: number) => void,
  exitCodes: string,
): void {
  const deciding = (command: Command, examples: string) =>
    withPipelineOptions(
      command.option('--reason <text>', 'why, for those who read the log later'),
      examples,
      exitCodes,
    )
  const serve = async (action: ServeAction, version: number | undefined, flags: DecidingFlags) => {
    const { runWeightsServeCommand } = await import('./commands/run-weights-serve-command.js')
    ended(await runWeightsServeCommand(action, version, flags, context))
  }
  deciding(
    weights
      .command('train')
      .description(
        'Train now, whatever the schedule says, and wait for what comes of it; ends with 1 when it is no better.',
      )
      .option('--detach', 'ask for it, and do not wait'),
    '  foretide weights train --pipeline flights\n  foretide weights train --pipeline flights --detach --reason "new timetable"',
  ).action(async (flags: WeightsTrainFlags) => {
    const { runWeightsTrainCommand } = await import('./commands/run-weights-train-command.js')
    ended(await runWeightsTrainCommand(flags, context))
  })
  deciding(
    weights
      .command('promote')
      .description('Have a version serve from now on; the one that serves now shadows it.')
      .argument('<version>', 'weights version', versionNumber),
    '  foretide weights promote 4 --pipeline flights',
  ).action((version: number, flags: DecidingFlags) => serve('promote', version, flags))
  deciding(
    weights
      .command('rollback')
      .description('Have the version serve again that served before; done twice, it changes nothing.'),
    '  foretide weights rollback --pipeline flights --reason "worse since Tuesday"',
  ).action((flags: DecidingFlags) => serve('rollback', undefined, flags))
  deciding(
    weights
      .command('pin')
      .description('Have one version serve whatever contests say, until it is unpinned.')
      .argument('[version]', 'weights version (default: the serving one)', versionNumber),
    '  foretide weights pin --pipeline flights\n  foretide weights pin 2 --pipeline flights',
  ).action((version: number | undefined, flags: DecidingFlags) => serve('pin', version, flags))
  deciding(
    weights
      .command('unpin')
      .description('Let contests decide again; the pinned version serves until another proves better.'),
    '  foretide weights unpin --pipeline flights',
  ).action((flags: DecidingFlags) => serve('unpin', undefined, flags))
  withNetOptions(
    deciding(
      weights
        .command('import')
        .description('Make a safetensors file a version, which challenges the serving one.')
        .argument('<file>', 'safetensors file, of Foretide, PyTorch or Keras')
        .option('--pin', 'have it serve at once, whatever contests say'),
      '  foretide weights import net.safetensors --pipeline flights\n  foretide weights import gru.safetensors --head decoder --pin --pipeline flights',
    ),
    '<file>',
  ).action(async (file: string, flags: WeightsImportFlags) => {
    const { runWeightsImportCommand } = await import('./commands/run-weights-import-command.js')
    ended(await runWeightsImportCommand(file, flags, context))
  })
}
