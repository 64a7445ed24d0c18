import { type Command, Option } from 'commander'
import { LAYOUTS } from '#shared/recurrent/exchange/weights-file'
import { CELLS } from '#shared/recurrent/net-shape'
import type { CommandContext } from './command-context.js'
import type { ConvertFlags } from './commands/run-convert-command.js'

/** `foretide weights …`: what can be done with weights. */
export function addWeightsCommands(
  program: Command,
  context: CommandContext,
  ended: (code: number) => void,
  exitCodes: string,
): void {
  const weights = program
    .command('weights')
    .description('Exchange the weights of recurrent nets with PyTorch and Keras.')
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
