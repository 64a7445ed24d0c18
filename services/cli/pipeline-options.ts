import { type Command, Option } from 'commander'

/** The options that say which pipeline is meant and where its log is, and what stands below a command's help. */
export function withPipelineOptions(command: Command, examples: string, exitCodes: string): Command {
  return command
    .option('--pipeline <name>', 'pipeline, where the configuration has several')
    .addOption(new Option('--config <file>', 'configuration in YAML (default: the demo; or FORETIDE_CONFIG)'))
    .addOption(new Option('--data-dir <folder>', 'where the log is kept (default: .foretide)'))
    .addOption(new Option('--cadence <duration>', 'as the pipeline was started with, if by a flag'))
    .addOption(new Option('--horizon <leads>', 'as the pipeline was started with, if by a flag'))
    .addOption(new Option('--json', 'write JSON instead of text for people'))
    .addHelpText('after', `\nExamples:\n${examples}\n${exitCodes}`)
}
