import {
  arraysOf,
  type Layout,
  readWeightsFile,
  writeWeightsFile,
} from '#shared/recurrent/exchange/weights-file'
import { countOf } from '#shared/words/count-of'
import type { CommandContext } from '../command-context.js'
import { formatCount } from '../terminal/figures.js'
import { renderTable } from '../terminal/table.js'
import { UsageError } from '../usage-error.js'
import { moduleNames, type NetFlags } from './net-flags.js'
import { readWholeFile, writeWholeFile } from './whole-file.js'

export interface ConvertFlags extends NetFlags {
  readonly to: Layout
  readonly json?: boolean
}

export async function runConvertCommand(
  from: string,
  to: string,
  flags: ConvertFlags,
  { terminal }: CommandContext,
): Promise<number> {
  const { cell, output } = flags
  const names = moduleNames(flags)
  const read = readWeightsFile(await readWholeFile(from), flags.from, { cell, output, ...names })
  const { net, layout } = read
  const ours = layout === 'foretide'
  if (ours && (cell !== undefined || output !== undefined)) {
    throw new UsageError('a file in the layout of Foretide says itself what --cell and --output would say')
  }
  const written = ours ? names : {}
  const arrays = arraysOf(net, flags.to, written)
  await writeWholeFile(to, writeWeightsFile(net, flags.to, written))
  const report = {
    ...{ in: from, from: layout, out: to, to: flags.to, net: net.shape, parameters: net.values.length },
    arrays: arrays.map(({ name, shape }) => ({ name, shape })),
  }
  terminal.out.write(`${flags.json ? JSON.stringify(report) : describe(report).join('\n')}\n`)
  return 0
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
    `${cell}, ${countOf(layers, 'layer')} of ${hidden} units, ${inputs} inputs, ${outputs} outputs (${output}${headReadsInput ? ', read from the input too' : ''}), ${formatCount(report.parameters)} parameters`,
    `${report.from} → ${report.to}: ${report.out}`,
    '',
    ...table,
  ]
}
