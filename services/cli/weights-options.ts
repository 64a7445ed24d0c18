import { type Command, InvalidArgumentError, Option } from 'commander'
import { LAYOUTS } from '#shared/recurrent/exchange/weights-file'
import { CELLS } from '#shared/recurrent/net-shape'

/** Which pipeline's weights, and where its log is. */
export function withWeightsOptions(command: Command, examples: string, exitCodes: string): Command {
  return command
    .option('--pipeline <name>', 'pipeline, where the configuration has several')
    .addOption(new Option('--config <file>', 'configuration in YAML (default: the demo; or FORETIDE_CONFIG)'))
    .addOption(new Option('--data-dir <folder>', 'where the log is kept (default: .foretide)'))
    .addOption(new Option('--json', 'write JSON lines instead of text for people'))
    .addHelpText('after', `\nExamples:\n${examples}\n${exitCodes}`)
}

/** What a file of weights leaves open. */
export function withNetOptions(command: Command, file: string): Command {
  return command
    .addOption(
      new Option('--from <layout>', `layout of ${file} (default: as its names tell)`).choices(LAYOUTS),
    )
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
}

export function versionNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('must be the number of a version.')
  return Number(text)
}
