import { Command, InvalidArgumentError, Option } from 'commander'
import { suggestName } from '#shared/configuration/nearest-name'
import { withBacktestOptions } from './backtest-options.js'
import { addBenchCommands } from './bench-commands.js'
import type { CommandContext } from './command-context.js'
import type { BacktestFlags } from './commands/run-backtest-command.js'
import type { CheckFlags } from './commands/run-check-command.js'
import type { DoctorFlags } from './commands/run-doctor-command.js'
import type { FeedFlags } from './commands/run-feed-command.js'
import type { TailFlags } from './commands/run-tail-command.js'
import type { TopicsFlags } from './commands/run-topics-command.js'
import type { UpFlags } from './commands/run-up-command.js'
import { packageVersion } from './package-version.js'
import { addReplayCommand } from './replay-commands.js'
import { addRunCommands } from './run-commands.js'
import { addStateCommands } from './state-commands.js'
import { UsageError } from './usage-error.js'
import { addWeightsCommands } from './weights-commands.js'

const EXIT_CODES = `
Exit codes: 0 ok, 1 finding, 2 usage or configuration, 3 something cannot be reached.`

const json = () => new Option('--json', 'write JSON lines instead of text for people')
const dataDir = () => new Option('--data-dir <folder>', 'where the log is kept (default: .foretide)')
const config = () =>
  new Option('--config <file>', 'configuration in YAML (default: the demo; or FORETIDE_CONFIG)')
const speed = () =>
  new Option(
    '--speed <factor>',
    'how much faster than real time the feed runs, or max (default: as configured, or a watchable pace)',
  )
const cadence = () =>
  new Option('--cadence <duration>', 'spacing of the readings, such as 15m, 1h, 1d (default: as found)')
const preset = () =>
  new Option(
    '--preset <preset>',
    'minimal, lean or full: which experts forecast, and how large their net is (default: lean)',
  ).choices(['minimal', 'lean', 'full'])
const horizon = () => new Option('--horizon <leads>', 'how many steps ahead to forecast')

/** How to read a file that is fed: the options of `shared/feed`. */
function withReadingOptions(command: Command): Command {
  return command
    .optionsGroup('How to read the file (all is detected where it can be):')
    .addOption(
      new Option(
        '--layout <layout>',
        'wide: a series per column; long: a column of series; rows: a series per row',
      ).choices(['wide', 'long', 'rows']),
    )
    .option('--time <column>', 'time column; A+B joins a date and a clock; row counts rows from --start')
    .addOption(new Option('--time-unit <unit>', 'unit of numeric times').choices(['s', 'ms', 'us', 'ns']))
    .option('--series <column>', 'column with the names of the series (long)')
    .option('--value <column>', 'column with the values (long)')
    .option(
      '--covariates <columns>',
      'columns that every series reads beside its values, with commas between',
    )
    .addOption(cadence())
    .option('--start <time>', 'time of the first counted row (default: 2000-01-01)')
    .option('--day-first', 'read 1/2/2010 as 1 February')
    .option('--delimiter <character>', 'of CSV')
    .addOption(new Option('--encoding <encoding>', 'of CSV').choices(['utf-8', 'latin1']))
}

function positive(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('must be a whole number.')
  return value
}

/**
 * The command line. Each command is loaded when it runs, so that `--help` does not wait for databases.
 * @param ended is told the exit code of the command
 * @param inJson whether a command line that makes no sense is left to `reportError`, which says so in JSON
 */
export function buildProgram(
  context: CommandContext,
  ended: (code: number) => void,
  inJson: boolean,
): Command {
  const { out, err } = context.terminal
  const writeErr = (text: string) => {
    if (!inJson) err.write(text)
  }
  const program = new Command('foretide')
    .description('Live probabilistic forecasts for event streams.')
    .version(packageVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'explain')
    .helpCommand('help [command]', 'explain a command')
    .showHelpAfterError('(foretide --help explains all)')
    .exitOverride()
    .configureOutput({ writeOut: (text) => out.write(text), writeErr })
    .addHelpText(
      'after',
      `
Examples:
  foretide up                                    the demo, live on http://127.0.0.1:8080/
  foretide up --feed meters.csv                  your own file, forecast as if it were live
  foretide tail --pipeline flights               forecasts in the terminal
  foretide backtest demo:flights --horizon 24    how good is it on recorded data?
${EXIT_CODES}`,
    )

  withReadingOptions(
    program
      .command('up')
      .description(
        'Run everything in one process: log, forecaster, trainer, feeder, HTTP interface and live page.',
      )
      .addOption(config())
      .addOption(dataDir())
      .option(
        '--host <address>',
        'address to listen on (default: 127.0.0.1; any other needs FORETIDE_HTTP_TOKEN)',
      )
      .option('--port <number>', 'port to listen on (default: 8080)')
      .option('--no-demo', 'leave out the demo; without a configuration: one pipeline, topic sensors.events')
      .option('--no-learn', 'do not train; forecast with the weights that there are')
      .option('--feed <file>', 'run one pipeline made from this file (CSV, JSON lines, Parquet)')
      .addOption(speed())
      .addOption(horizon())
      .addOption(preset())
      .addOption(json()),
  )
    .addHelpText(
      'after',
      `
Examples:
  foretide up                                    the demo: hourly flight departures and daily weather
  foretide up --speed max                        the same as fast as this machine goes
  foretide up --config foretide.yaml --port 80   your own pipelines
  foretide up --feed meters.csv --horizon 96     a pipeline made from a file
  foretide up --no-demo --cadence 1m             wait for events on POST /v1/events

Ctrl-C stops and saves everything; started again, it goes on where it stopped.
${EXIT_CODES}`,
    )
    .action(async (flags: UpFlags) => {
      const { runUpCommand } = await import('./commands/run-up-command.js')
      ended(await runUpCommand(flags, context))
    })

  withReadingOptions(
    program
      .command('feed')
      .description(
        'Send recorded data into the input of a pipeline, and remember the place in the log itself.',
      )
      .argument('<source>', 'file (CSV, JSON lines, Parquet), demo:flights or demo:weather')
      .option('--pipeline <name>', 'whose input to send to (default: named like the file)')
      .addOption(config())
      .addOption(dataDir())
      .addOption(speed())
      .addOption(json()),
  )
    .addHelpText(
      'after',
      `
Examples:
  foretide feed meters.csv --pipeline meters --speed max
  foretide feed sales.csv --pipeline sales --layout long --series store --time day --value sold
  foretide feed m4-hourly.csv --pipeline m4 --layout rows --cadence 1h

Stopped at any moment and started again, it sends nothing twice and leaves nothing out.
${EXIT_CODES}`,
    )
    .action(async (source: string, flags: FeedFlags) => {
      const { runFeedCommand } = await import('./commands/run-feed-command.js')
      ended(await runFeedCommand(source, flags, context))
    })

  program
    .command('tail')
    .description('Print forecasts as they are made, beside a running `foretide up`.')
    .addOption(config())
    .addOption(dataDir())
    .option('--pipeline <name>', 'only of this pipeline')
    .option('--series <id>', 'only of this series')
    .option('--last <number>', 'begin with so many forecasts of before', positive, 10)
    .option('--no-follow', 'end after those')
    .option('--dead-letters', 'records that could not be used, and why, instead of forecasts')
    .addOption(json())
    .addHelpText(
      'after',
      `
Examples:
  foretide tail --pipeline flights --series ATL
  foretide tail --dead-letters --no-follow
  foretide tail --last 1000 --no-follow --json > forecasts.jsonl
${EXIT_CODES}`,
    )
    .action(async (flags: TailFlags) => {
      const { runTailCommand } = await import('./commands/run-tail-command.js')
      ended(await runTailCommand(flags, context))
    })

  program
    .command('check')
    .description('Check a configuration: print it with every default filled in, or all of its faults.')
    .argument('[file]', 'configuration in YAML (default: FORETIDE_CONFIG, or the demo)')
    .addOption(new Option('--config <file>', 'the same, as other commands take it'))
    .addOption(json())
    .addHelpText(
      'after',
      `
Examples:
  foretide check foretide.yaml
  FORETIDE_HTTP_PORT=9000 foretide check foretide.yaml --json
${EXIT_CODES}`,
    )
    .action(async (file: string | undefined, flags: CheckFlags) => {
      const { runCheckCommand } = await import('./commands/run-check-command.js')
      ended(runCheckCommand(file, flags, context))
    })

  program
    .command('doctor')
    .description('Examine this machine and configuration: what works, what could be better, and what to do.')
    .addOption(config())
    .addOption(dataDir())
    .option('--host <address>', 'address to listen on (default: 127.0.0.1)')
    .option('--port <number>', 'port to listen on (default: 8080)')
    .addOption(new Option('--json', 'write one JSON object instead of text for people'))
    .addHelpText(
      'after',
      `
Examples:
  foretide doctor
  foretide doctor --config foretide.yaml --json
${EXIT_CODES}`,
    )
    .action(async (flags: DoctorFlags) => {
      const { runDoctorCommand } = await import('./commands/run-doctor-command.js')
      ended(await runDoctorCommand(flags, context))
    })

  withReadingOptions(
    withBacktestOptions(
      program
        .command('backtest')
        .description(
          'Replay recorded data through the same line in virtual time, learning included, and score every lead.',
        )
        .argument(
          '<source>',
          'file (CSV, JSON lines, Parquet), topic:NAME on the log, demo:flights or demo:weather',
        )
        .addOption(config())
        .option('--pipeline <name>', 'whose settings to take from a configuration (default: the only one)')
        .addOption(horizon())
        .addOption(preset())
        .option('--cell <cell>', 'recurrent cell: gru, lstm, elman-tanh, … (default: gru)')
        .option('--layers <layers>', 'layers of the recurrent net, 1 to 3 (default: 1)')
        .option(
          '--hidden <units>',
          "size of each layer's hidden state (default: as configured, else 48, in full 96)",
        )
        .option('--engine <engine>', 'what trains: kernel or tensorflow (default: kernel)')
        .option('--no-learn', 'do not train: the untrained net')
        .addOption(dataDir())
        .addOption(json()),
    ),
  )
    .addHelpText(
      'after',
      `
Examples:
  foretide backtest demo:flights --horizon 24
  foretide backtest meters.csv --horizon 96 --json | tail -1 > report.json
  foretide backtest meters.csv --report report.html --origins origins.parquet
  foretide backtest meters.csv --config now.yaml --vs proposed.yaml
  foretide backtest meters.csv --config foretide.yaml --fail-if 'mase>0.9'
  foretide backtest topic:sensors.meters --from 2026-01-01 --to 2026-03-01
  foretide backtest ETTh1.csv --horizon 48 --windows 1,24 --test-from 11520 --test-to 14400 --standardise-on 0:8640

Without --test-from the first half of the data is only learned from, and the last half is scored.
${EXIT_CODES}`,
    )
    .action(async (source: string, flags: BacktestFlags) => {
      const { runBacktestCommand } = await import('./commands/run-backtest-command.js')
      ended(await runBacktestCommand(source, flags, context))
    })

  addRunCommands(program, context, ended, EXIT_CODES)
  addReplayCommand(program, context, ended, EXIT_CODES)
  addStateCommands(program, context, ended, EXIT_CODES)
  addWeightsCommands(program, context, ended, EXIT_CODES)
  const topics = program.command('topics').description('The topics of the pipelines in Kafka.')
  for (const action of ['plan', 'apply'] as const) {
    topics
      .command(action)
      .description(
        action === 'plan'
          ? 'Show which topics would be created and which settings changed.'
          : 'Create the topics that are missing, and set what differs. The inputs keep their settings.',
      )
      .addOption(config())
      .addOption(json())
      .addHelpText('after', EXIT_CODES)
      .action(async (flags: TopicsFlags) => {
        const { runTopicsCommand } = await import('./commands/run-topics-command.js')
        ended(await runTopicsCommand(action, flags, context))
      })
  }

  addBenchCommands(program, context, ended, EXIT_CODES)

  program.allowExcessArguments().action(() => {
    const [asked] = program.args
    if (asked !== undefined) {
      const names = program.commands.map((command) => command.name())
      throw new UsageError(`there is no command \`${asked}\`; ${suggestName(asked, names)}`)
    }
    program.outputHelp({ error: true })
    ended(2)
  })
  return program
}
