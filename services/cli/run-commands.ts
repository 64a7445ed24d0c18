import { type Command, Option } from 'commander'
import type { CommandContext } from './command-context.js'
import type { RunFlags } from './commands/run-service-command.js'

const DESCRIPTIONS = {
  forecaster: 'Forecast every pipeline. Start it several times on Kafka: they share the partitions.',
  trainer: 'Train every pipeline that learns. One at a time has the word; others wait to take over.',
  gateway: 'Serve the live page, the HTTP interface and the event stream from the topics.',
} as const

/** `foretide run …`: the services of `up`, each in a process of its own. */
export function addRunCommands(
  program: Command,
  context: CommandContext,
  ended: (code: number) => void,
  exitCodes: string,
): void {
  const run = program
    .command('run')
    .description('Run one service in a process of its own, on the log that the configuration names.')
  for (const service of ['forecaster', 'trainer', 'gateway'] as const) {
    run
      .command(service)
      .description(DESCRIPTIONS[service])
      .addOption(
        new Option('--config <file>', 'configuration in YAML (default: the demo; or FORETIDE_CONFIG)'),
      )
      .addOption(new Option('--data-dir <folder>', 'where the log is kept (default: .foretide)'))
      .option(
        '--host <address>',
        'address to listen on (default: 127.0.0.1; any other needs FORETIDE_HTTP_TOKEN)',
      )
      .option('--port <number>', 'port of /livez, /readyz and /metrics, and of the page (default: 8080)')
      .addOption(new Option('--json', 'write JSON lines instead of text for people'))
      .addHelpText(
        'after',
        `
Examples:
  foretide run ${service} --config foretide.yaml
  foretide run ${service} --config foretide.yaml --port 0     any free port

Every process answers /livez, /readyz and /metrics; two on one machine need two ports.
${exitCodes}`,
      )
      .action(async (flags: RunFlags) => {
        const { runServiceCommand } = await import('./commands/run-service-command.js')
        ended(await runServiceCommand(service, flags, context))
      })
  }
}
