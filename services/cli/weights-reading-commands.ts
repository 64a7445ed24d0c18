import { type Command, Option } from 'commander'
import { LAYOUTS } from '#shared/recurrent/exchange/weights-file'
import type { CommandContext } from './command-context.js'
import type { PipelineFlags } from './commands/named-pipelines.js'
import type { WeightsExportFlags } from './commands/run-weights-export-command.js'
import { withPipelineOptions } from './pipeline-options.js'
import { versionNumber } from './weights-options.js'

/** What looks at the weights topics and changes nothing; also while the pipelines run. */
export function addWeightsReadingCommands(
  weights: Command,
  context: CommandContext,
  ended: (code: number) => void,
  exitCodes: string,
): void {
  const reading = (command: Command, examples: string) => withPipelineOptions(command, examples, exitCodes)
  reading(
    weights
      .command('ls')
      .description('List the versions of every pipeline: what serves, what shadows, what was decided.'),
    '  foretide weights ls\n  foretide weights ls --pipeline flights --json',
  ).action(async (flags: PipelineFlags) => {
    const { runWeightsLsCommand } = await import('./commands/run-weights-ls-command.js')
    ended(await runWeightsLsCommand(flags, context))
  })
  reading(
    weights
      .command('show')
      .description(
        'Tell all about one version: its net, what it learned from, and the evidence of each verdict.',
      )
      .argument('[version]', 'weights version (default: the serving one)', versionNumber),
    '  foretide weights show --pipeline flights\n  foretide weights show 3 --pipeline flights',
  ).action(async (version: number | undefined, flags: PipelineFlags) => {
    const { runWeightsShowCommand } = await import('./commands/run-weights-show-command.js')
    ended(await runWeightsShowCommand(version, flags, context))
  })
  reading(
    weights
      .command('diff')
      .description('Compare two versions tensor by tensor; ends with 1 when they differ.')
      .argument('<a>', 'weights version', versionNumber)
      .argument('<b>', 'another one', versionNumber),
    '  foretide weights diff 1 2 --pipeline flights',
  ).action(async (a: number, b: number, flags: PipelineFlags) => {
    const { runWeightsDiffCommand } = await import('./commands/run-weights-diff-command.js')
    ended(await runWeightsDiffCommand(a, b, flags, context))
  })
  reading(
    weights
      .command('export')
      .description('Write a version as a safetensors file.')
      .argument('<version>', 'weights version', versionNumber)
      .argument('<file>', 'safetensors file to write')
      .addOption(new Option('--to <layout>', 'layout of <file>').choices(LAYOUTS).default('foretide')),
    '  foretide weights export 2 net.safetensors --pipeline flights\n  foretide weights export 2 net.safetensors --to pytorch',
  ).action(async (version: number, file: string, flags: WeightsExportFlags) => {
    const { runWeightsExportCommand } = await import('./commands/run-weights-export-command.js')
    ended(await runWeightsExportCommand(version, file, flags, context))
  })
}
