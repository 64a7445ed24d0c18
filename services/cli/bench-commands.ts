import { type Command, InvalidArgumentError, Option } from 'commander'
import { suggestName } from '#shared/configuration/nearest-name'
import { NETS, type Net } from '#shared/configuration/net-control'
import { CELLS, type Cell } from '#shared/recurrent/net-shape'
import type { CommandContext } from './command-context.js'
import type { BenchAccuracyFlags } from './commands/run-bench-accuracy-command.js'
import type { BenchEngineFlags } from './commands/run-bench-engine-command.js'
import type { BenchExpertsFlags } from './commands/run-bench-experts-command.js'
import type { BenchKafkaFlags } from './commands/run-bench-kafka-command.js'
import type { BenchMemoryFlags } from './commands/run-bench-memory-command.js'
import type { BenchNabFlags } from './commands/run-bench-nab-command.js'
import type { BenchPipelineFlags } from './commands/run-bench-pipeline-command.js'
import type { BenchProfileFlags } from './commands/run-bench-profile-command.js'
import type { BenchSwapFlags } from './commands/run-bench-swap-command.js'
import { INTERRUPTED } from './interrupted.js'
import { addLearningBenches } from './learning-bench-commands.js'
import { parseNumber } from './parse-number.js'

/** Adds `foretide bench` and what can be benched. */
export function addBenchCommands(
  program: Command,
  context: CommandContext,
  endedWith: (code: number) => void,
  exitCodes: string,
): void {
  const ended = (code: number) => {
    if (code === INTERRUPTED) context.terminal.err.write('stopped before the end: nothing is summed up\n')
    endedWith(code)
  }
  const bench = program.command('bench').description('Measure the engine on this machine.')
  const json = () => new Option('--json', 'write JSON lines instead of text for people')
  const cells = (given: string) =>
    new Option('--cells <names>', `of ${CELLS.join(', ')} (default: ${given})`).argParser(parseCells)

  bench
    .command('engine')
    .description(
      'Speed of the kernel, stepping and training, against TensorFlow.js native and WebAssembly, in one run.',
    )
    .addOption(cells('elman-tanh, lstm, gru'))
    .addOption(
      new Option('--hidden <units>', 'sizes of the hidden state (default: 16,32,64,128)').argParser(
        parseNumbers,
      ),
    )
    .addOption(
      new Option('--rounds <number>', 'rounds whose median counts (default: 9; quick: 5)').argParser(
        parseNumber,
      ),
    )
    .option('--quick', 'hidden 64 only, in less than 40 s')
    .option('--fail-below-floors', 'end with 1 when the kernel is slower than it has to be')
    .addOption(json())
    .addHelpText(
      'after',
      `
Every net has 8 inputs, 24 outputs and one layer; training runs 32 steps forward and backward. The last line of --json sums up
a GRU of 64 units; how to read it: docs/engine-speed.md.

Examples:
  foretide bench engine
  foretide bench engine --cells gru --hidden 32,48
  foretide bench engine --quick --json | tail -1
${exitCodes}`,
    )
    .action(async (flags: BenchEngineFlags) => {
      const { runBenchEngineCommand } = await import('./commands/run-bench-engine-command.js')
      ended(await runBenchEngineCommand(flags, context))
    })

  bench
    .command('kafka')
    .description('Kafka to Kafka: events a second, what exactly once and the adapter cost, latency.')
    .option('--brokers <addresses>', 'a cluster that runs already (default: one broker is started here)')
    .addOption(
      new Option('--events <number>', 'of each run (default: 120000; quick: 36000)').argParser(parseNumber),
    )
    .addOption(
      new Option('--series <number>', 'that they are of (default: 1000; quick: 600)').argParser(parseNumber),
    )
    .addOption(
      new Option('--rounds <number>', 'rounds whose median counts (default: 3; quick: 1)').argParser(
        parseNumber,
      ),
    )
    .addOption(
      new Option('--latency-at <events>', 'nothing but latency, at so many events a second').argParser(
        parseNumber,
      ),
    )
    .option('--quick', 'one short round')
    .option('--fail-below-floors', 'end with 1 when a figure is worse than it has to be')
    .addOption(json())
    .addHelpText(
      'after',
      `
Runs one after another, each from an empty start over the same events: a worker exactly once, at least once, two workers, the adapter
with a line that computes nothing, and bare kafkajs moving the same bytes in the same transactions. docs/kafka-speed.md explains it.

Examples:
  foretide bench kafka
  foretide bench kafka --latency-at 4000
  foretide bench kafka --quick --json | tail -1
${exitCodes}`,
    )
    .action(async (flags: BenchKafkaFlags) => {
      const { runBenchKafkaCommand } = await import('./commands/run-bench-kafka-command.js')
      ended(await runBenchKafkaCommand(flags, context))
    })

  bench
    .command('memory')
    .description('How far back each cell can learn to remember: the adding and the copy-memory problem.')
    .addOption(new Option('--tasks <names>', 'of adding, copy-memory (default: both)').argParser(parseTasks))
    .addOption(
      new Option('--lengths <steps>', 'lengths to remember over (default: 10,20,50,100,200)').argParser(
        parseLengths,
      ),
    )
    .addOption(cells('all but elman-sigmoid and gru-reset-before'))
    .addOption(
      new Option('--seeds <number>', 'nets trained per cell and length (default: 3)').argParser(parseNumber),
    )
    .addOption(
      new Option('--minutes <number>', 'begin no net after so long (default: 60)').argParser(parseNumber),
    )
    .option('--every-length', 'train a cell also beyond a length that none of its nets solved')
    .option('--quick', 'the adding problem at 10 and 50, one net each: about a minute')
    .addOption(json())
    .addHelpText(
      'after',
      `
Results are the same on every run and machine; only the times differ. The table is explained in docs/memory-of-cells.md.

Examples:
  foretide bench memory --quick
  foretide bench memory --tasks adding --lengths 100,200 --cells lstm,gru
${exitCodes}`,
    )
    .action(async (flags: BenchMemoryFlags) => {
      const { runBenchMemoryCommand } = await import('./commands/run-bench-memory-command.js')
      ended(await runBenchMemoryCommand(flags, context))
    })

  bench
    .command('pipeline')
    .description('Speed of the whole line on this machine, beside what it has to reach.')
    .addOption(
      new Option('--only <names>', 'such as backtest-lean,embedded-lean (default: all)').argParser(parseList),
    )
    .addOption(
      new Option('--rounds <number>', 'runs whose median counts (default: 3)').argParser(parseNumber),
    )
    .option('--data <folder>', 'holds river/ (default: FORETIDE_DATA, else ../shared/data)')
    .option('--data-dir <folder>', 'where deep-river is installed, in peers/ (default: .foretide)')
    .addOption(json())
    .addHelpText(
      'after',
      `
What runs on one core is pinned there and counted by the processor's time. deep-river comes with pip, in a virtual environment, at the
first run that measures it; torch is large. Ends with 1 when a figure is worse than its floor. docs/pipeline-speed.md explains all.

Examples:
  foretide bench pipeline
  foretide bench pipeline --only backtest-lean --rounds 5 --json
${exitCodes}`,
    )
    .action(async (flags: BenchPipelineFlags) => {
      const { runBenchPipelineCommand } = await import('./commands/run-bench-pipeline-command.js')
      ended(await runBenchPipelineCommand(flags, context))
    })

  bench
    .command('profile')
    .description('Where the time of a backtest goes: microseconds an event by stage of the line.')
    .option('--preset <name>', 'minimal, lean or full (default: lean)')
    .addOption(json())
    .addHelpText(
      'after',
      `
A process of its own under V8's profiler, on the readings that \`bench pipeline\` uses. docs/pipeline-speed.md shows what it found.

Examples:
  foretide bench profile
  foretide bench profile --preset minimal --json
${exitCodes}`,
    )
    .action(async (flags: BenchProfileFlags) => {
      const { runBenchProfileCommand } = await import('./commands/run-bench-profile-command.js')
      ended(await runBenchProfileCommand(flags, context))
    })

  bench
    .command('swap')
    .description('How long batches take while weights are swapped, with many series in memory.')
    .addOption(new Option('--series <number>', 'series in memory (default: 100000)').argParser(parseNumber))
    .addOption(new Option('--batch <number>', 'records of a batch (default: 200)').argParser(parseNumber))
    .addOption(
      new Option('--passes <number>', 'times that every series is read in each phase (default: 2)').argParser(
        parseNumber,
      ),
    )
    .option('--fail-below-floors', 'end with 1 when the 99th percentile is above 50 ms')
    .addOption(json())
    .addHelpText(
      'after',
      `
Everything but the log is measured: records in, forecasts and scores written, with the defaults at 24 leads and two versions stepped.
100,000 series take some 10 GiB of memory.

Examples:
  foretide bench swap
  foretide bench swap --series 10000 --batch 500 --json
${exitCodes}`,
    )
    .action(async (flags: BenchSwapFlags) => {
      const { runBenchSwapCommand } = await import('./commands/run-bench-swap-command.js')
      ended(await runBenchSwapCommand(flags, context))
    })

  addLearningBenches(bench, context, ended, exitCodes)

  bench
    .command('experts')
    .description('What each preset and each expert costs: bytes per series, and processor time per event.')
    .option('--cadence <duration>', 'spacing of the readings (default: 1h)')
    .option('--horizon <leads>', 'how many steps ahead (default: 24)')
    .option('--hidden <units>', 'of the net (default: as each preset has it)')
    .addOption(
      new Option('--rounds <number>', 'runs whose median counts (default: 3)').argParser(parseNumber),
    )
    .addOption(json())
    .addHelpText(
      'after',
      `
The experts and the formula of a series' size are explained in docs/experts.md.

Examples:
  foretide bench experts
  foretide bench experts --cadence 1mo --horizon 12 --json
${exitCodes}`,
    )
    .action(async (flags: BenchExpertsFlags) => {
      const { runBenchExpertsCommand } = await import('./commands/run-bench-experts-command.js')
      ended(await runBenchExpertsCommand(flags, context))
    })

  bench
    .command('nab')
    .description('How well anomaly scores find the labelled windows of the Numenta Anomaly Benchmark.')
    .option('--data <folder>', 'holds nab/ (default: FORETIDE_DATA, else ../shared/data)')
    .option('--fail-below-floors', 'end with 1 when a score is lower than it has to be')
    .addOption(json())
    .addHelpText(
      'after',
      `
Runs the 58 files through the same line that serves, with one setting for all, and scores what it publishes. First the scorer
scores a detector whose published score is known, and ends with 1 when it does not reproduce it. docs/anomalies.md explains it.

Examples:
  foretide bench nab
  foretide bench nab --data ../shared/data --json
${exitCodes}`,
    )
    .action(async (flags: BenchNabFlags) => {
      const { runBenchNabCommand } = await import('./commands/run-bench-nab-command.js')
      ended(await runBenchNabCommand(flags, context))
    })

  bench
    .command('accuracy')
    .description(
      'How good the forecasts are on public data, beside published references, with one configuration.',
    )
    .option(
      '--data <folder>',
      'holds ETTh1.csv, river/ and so on (default: FORETIDE_DATA, else ../shared/data)',
    )
    .option('--data-dir <folder>', 'where the demo keeps its counts (default: .foretide)')
    .addOption(new Option('--only <names>', `of ${ACCURACY_SETS.join(', ')}`).argParser(parseSets))
    .addOption(
      new Option('--net <nets>', 'of trained, untrained, off: the controls run where training has to pay')
        .argParser(parseNets)
        .default(['trained'], 'trained'),
    )
    .addOption(
      new Option('--preset <name>', 'minimal, lean or full (default: lean)').choices([
        'minimal',
        'lean',
        'full',
      ]),
    )
    .option('--fail-below-floors', 'end with 1 when a figure is worse than it has to be')
    .addOption(json())
    .addHelpText(
      'after',
      `
Each set is replayed through the line that serves, learning included, and scored by the protocol that its references are
published for. Nothing is learned from a target before it has come. Protocols and references: docs/accuracy.md.

Examples:
  foretide bench accuracy
  foretide bench accuracy --only ETTh1,flights --net untrained,trained
  foretide bench accuracy --only m4-hourly --json
  foretide bench accuracy --only ETTh1 --preset full
${exitCodes}`,
    )
    .action(async (flags: BenchAccuracyFlags) => {
      const { runBenchAccuracyCommand } = await import('./commands/run-bench-accuracy-command.js')
      ended(await runBenchAccuracyCommand(flags, context))
    })
}

function parseList(text: string): readonly string[] {
  return text.split(',').map((name) => name.trim())
}

function parseNumbers(text: string): readonly number[] {
  return text.split(',').map(parseNumber)
}

/** A sequence of one step has no two halves to mark a value in. */
function parseLengths(text: string): readonly number[] {
  const lengths = parseNumbers(text)
  if (lengths.includes(1)) throw new InvalidArgumentError('the shortest length is 2.')
  return lengths
}

function parseCells(text: string): readonly Cell[] {
  return parseNames(text, CELLS, 'cell')
}

/** Named here, so that help need not load them. */
const ACCURACY_SETS = ['ETTh1', 'ETTm2', 'random-walks', 'trump', 'airline', 'm4-hourly', 'flights'] as const

function parseSets(text: string): readonly string[] {
  return parseNames(text, ACCURACY_SETS, 'data set')
}

function parseNets(text: string): readonly Net[] {
  return parseNames(text, NETS, 'net')
}

const TASKS = ['adding', 'copy-memory'] as const

function parseTasks(text: string): readonly (typeof TASKS)[number][] {
  return parseNames(text, TASKS, 'task')
}

function parseNames<Name extends string>(
  text: string,
  names: readonly Name[],
  noun: string,
): readonly Name[] {
  return text.split(',').map((asked) => {
    const found = names.find((name) => name === asked.trim())
    if (!found)
      throw new InvalidArgumentError(`there is no ${noun} ${asked}; ${suggestName(asked, [...names])}.`)
    return found
  })
}
