import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { ForetideError } from '#shared/errors/foretide-error'
import { WeightsRefusedError } from '#shared/recurrent/check-weights'
import type { ModuleNames } from '#shared/recurrent/exchange/exchanged-net'
import {
  arraysOf,
  type Layout,
  readWeightsFile,
  writeWeightsFile,
} from '#shared/recurrent/exchange/weights-file'
import type { Cell, OutputKind } from '#shared/recurrent/net-shape'
import type { CommandContext } from '../command-context.js'
import { formatCount } from '../terminal/figures.js'
import { renderTable } from '../terminal/table.js'
import { UsageError } from '../usage-error.js'

export interface ConvertFlags {
  readonly from?: Layout
  readonly to: Layout
  readonly cell?: Cell
  readonly output?: OutputKind
  readonly recurrent?: string
  readonly head?: string
  readonly inputHead?: string
  readonly json?: boolean
}

/** A file of weights that cannot be read or written. */
class WeightsUnreachableError extends ForetideError {
  readonly code = 'WEIGHTS_UNREACHABLE'
  override readonly exitCode = 3
}

/** A net that a forecaster could step has some megabytes; more is read by mistake. */
const FILE_BYTES_MAX = 512 << 20

export async function runConvertCommand(
  from: string,
  to: string,
  flags: ConvertFlags,
  { terminal }: CommandContext,
): Promise<number> {
  const { cell, output } = flags
  const names = namesOf(flags)
  const read = readWeightsFile(await readWhole(from), flags.from, { cell, output, ...names })
  const { net, layout } = read
  const ours = layout === 'foretide'
  if (ours && (cell !== undefined || output !== undefined)) {
    throw new UsageError('a file in the layout of Foretide says itself what --cell and --output would say')
  }
  const written = ours ? names : {}
  const arrays = arraysOf(net, flags.to, written)
  await writeWhole(to, writeWeightsFile(net, flags.to, written))
  const report = {
    ...{ in: from, from: layout, out: to, to: flags.to, net: net.shape, parameters: net.values.length },
    arrays: arrays.map(({ name, shape }) => ({ name, shape })),
  }
  terminal.out.write(`${flags.json ? JSON.stringify(report) : describe(report).join('\n')}\n`)
  return 0
}

function namesOf({ recurrent, head, inputHead }: ConvertFlags): ModuleNames {
  return {
    ...(recurrent === undefined ? {} : { recurrent: recurrent.split(',').map((name) => name.trim()) }),
    ...(head === undefined ? {} : { head }),
    ...(inputHead === undefined ? {} : { inputHead }),
  }
}

function describe(report: {
  readonly from: Layout
  readonly out: string
  readonly to: Layout
  readonly net: ReturnType<typeof readWeightsFile>['net']['shape']
  readonly parameters: number
  readonly arrays: readonly { readonly name: string; readonly shape: readonly number[] }[]
}): string[] {
  const { cell, layers, inputs, hidden, outputs, output, headReadsInput } = report.net
  const table = renderTable(
    [
      { title: 'array', align: 'left' },
      { title: 'shape', align: 'left' },
    ],
    report.arrays.map(({ name, shape }) => [name, shape.join(' × ')]),
  )
  return [
    `${cell}, ${layers} ${layers === 1 ? 'layer' : 'layers'} of ${hidden} units, ${inputs} inputs, ${outputs} outputs (${output}${headReadsInput ? ', read from the input too' : ''}), ${formatCount(report.parameters)} parameters`,
    `${report.from} → ${report.to}: ${report.out}`,
    '',
    ...table,
  ]
}

async function readWhole(file: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(file)
    if (size <= FILE_BYTES_MAX) return await readFile(file)
  } catch (cause) {
    throw unreachable(file, 'read', cause)
  }
  throw new WeightsRefusedError(
    `${file} has more than ${FILE_BYTES_MAX >> 20} MiB, which no net of ours has.`,
  )
}

/** Whole or not at all: what is in `file` stays until the new bytes are on the disk beside it. */
async function writeWhole(file: string, bytes: Uint8Array): Promise<void> {
  const beside = `${file}.partial`
  try {
    await writeFile(beside, bytes)
    await rename(beside, file)
  } catch (cause) {
    await rm(beside, { force: true })
    throw unreachable(file, 'written', cause)
  }
}

function unreachable(file: string, done: string, cause: unknown): WeightsUnreachableError {
  const { code } = cause as NodeJS.ErrnoException
  const why =
    code === 'ENOENT'
      ? done === 'read'
        ? 'there is no such file'
        : 'there is no such folder'
      : code === 'EISDIR'
        ? 'it is a folder'
        : String(code)
  return new WeightsUnreachableError(`${file} cannot be ${done}: ${why}.`, { cause })
}
