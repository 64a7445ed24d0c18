import { type Command, InvalidArgumentError, Option } from 'commander'
import { LAYOUTS } from '#shared/recurrent/exchange/weights-file'
import { CELLS } from '#shared/recurrent/net-shape'
import type { CommandContext } from './command-context.js'
import type { WeightsFlags } from './commands/read-weights-catalogue.js'
import type { ConvertFlags } from './commands/run-convert-command.js'
import type { WeightsExportFlags } from './commands/run-weights-export-command.js'

/** `foretide weights …`: what can be done with weights. */
export function addWeightsCommands(
  program: Command,
  context: CommandContext,
  ended: (code: number) => void,
  exitCodes: string,
): void {
  const weights = program
    .command('weights')
    .description('List and compare the weights of a pipeline, and exchange them with PyTorch and Keras.')
  addReadingCommands(weights, context, ended, exitCodes)
  weights
    .command('convert')
    .description(
      "Convert a safetensors file between Foretide's, PyTorch's and Keras' names and orders of the same net.",
    )
    .argument('<in>', 'safetensors file to read')
    .argument('<out>', 'safetensors file to write')
    .addOption(new Option('--from <layout>', 'layout of <in> (default: as its names tell)').choices(LAYOUTS))
    .addOption(new Option('--to <layout>', 'layout of <out>').choices(LAYOUTS).default('foretide'))
    .addOption(
      new Option(
        '--cell <cell>',
        'cell, where the shapes leave it open (default: tanh for an Elman net)',
      ).choices(CELLS),
    )
    .addOption(
      new Option(
        '--output <kind>',
        'what follows the read-out (default: linear; of i2h and i2o log-softmax)',
      ).choices(['linear', 'log-softmax']),
    )
    .option('--recurrent <names>', 'recurrent module, or layers with commas between, the lowest first')
    .option('--head <name>', 'linear module that reads the hidden state')
    .option('--input-head <name>', "linear module that reads the net's input")
    .addOption(new Option('--json', 'write one JSON object instead of text for people'))
    .addHelpText(
      'after',
      `
Examples:
  foretide weights convert gru.safetensors net.safetensors
  foretide weights convert net.safetensors for-keras.safetensors --to keras
  foretide weights convert rnn.safetensors net.safetensors --cell elman-relu --head decoder

Names of modules are those in <in>; where <in> is in Foretide's layout, those in <out>.
docs/guides/weights-exchange.md shows the lines of Python for both frameworks.
${exitCodes}`,
    )
    .action(async (from: string, to: string, flags: ConvertFlags) => {
      const { runConvertCommand } = await import('./commands/run-convert-command.js')
      ended(await runConvertCommand(from, to, flags, context))
    })
}

/** What looks at the weights topics and changes nothing; also while the pipelines run. */
function addReadingCommands(
  weights: Command,
  context: CommandContext,
  ended: (code: number) => void,
  exitCodes: string,
): void {
  const reading = (command: Command, examples: string) =>
    command
      .option('--pipeline <name>', 'pipeline, where the configuration has several')
      .addOption(
        new Option('--config <file>', 'configuration in YAML (default: the demo; or FORETIDE_CONFIG)'),
      )
      .addOption(new Option('--data-dir <folder>', 'where the log is kept (default: .foretide)'))
      .addOption(new Option('--json', 'write JSON lines instead of text for people'))
      .addHelpText('after', `\nExamples:\n${examples}\n${exitCodes}`)
  reading(
    weights
      .command('ls')
      .description('List the versions of every pipeline: what serves, what shadows, what was decided.'),
    '  foretide weights ls\n  foretide weights ls --pipeline flights --json',
  ).action(async (flags: WeightsFlags) => {
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
  ).action(async (version: number | undefined, flags: WeightsFlags) => {
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
  ).action(async (a: number, b: number, flags: WeightsFlags) => {
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

function versionNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('must be the number of a version.')
  return Number(text)
}
