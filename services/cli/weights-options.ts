import { type Command, InvalidArgumentError, Option } from 'commander'
import { LAYOUTS } from '#shared/recurrent/exchange/weights-file'
import { CELLS } from '#shared/recurrent/net-shape'

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
