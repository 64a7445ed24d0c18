import { type Command, Option } from 'commander'
import { LAYOUTS } from '#shared/recurrent/exchange/weights-file'
import type { CommandContext } from './command-context.js'
import type { ConvertFlags } from './commands/run-convert-command.js'
import { addWeightsDecidingCommands } from './weights-deciding-commands.js'
import { withNetOptions } from './weights-options.js'
import { addWeightsReadingCommands } from './weights-reading-commands.js'

/** `foretide weights …`: what can be done with weights. */
export function addWeightsCommands(
  program: Command,
  context: CommandContext,
  ended: (code: number) => void,
  exitCodes: string,
): void {
  const weights = program
    .command('weights')
    .description(
      'List and compare the weights of a pipeline, choose which serve, and exchange them with PyTorch and Keras.',
    )
  addWeightsReadingCommands(weights, context, ended, exitCodes)
  addWeightsDecidingCommands(weights, context, ended, exitCodes)
  withNetOptions(
    weights
      .command('convert')
      .description(
        "Convert a safetensors file between Foretide's, PyTorch's and Keras' names and orders of the same net.",
      )
      .argument('<in>', 'safetensors file to read')
      .argument('<out>', 'safetensors file to write'),
    '<in>',
  )
    .addOption(new Option('--to <layout>', 'layout of <out>').choices(LAYOUTS).default('foretide'))
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
