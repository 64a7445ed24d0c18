import { WeightsRefusedError } from '../check-weights.js'
import { CELLS, type Cell, type OutputKind } from '../net-shape.js'
import type { ExchangedNet, ModuleNames, ReadingHints } from './exchanged-net.js'
import { MANIFEST_KEY, manifestText, readForetide, writeForetide } from './foretide-layout.js'
import { readKeras, writeKeras } from './keras-layout.js'
import { listNames, type NamedArray } from './named-arrays.js'
import { readPytorch, writePytorch } from './pytorch-layout.js'
import { readSafetensors, writeSafetensors } from './safetensors.js'

/** Whose names and orders a file follows. */
export const LAYOUTS = ['foretide', 'pytorch', 'keras'] as const
export type Layout = (typeof LAYOUTS)[number]

/** Where the metadata of a file in a foreign layout say what its shapes cannot. */
const CELL_KEY = 'foretide.cell'
const OUTPUT_KEY = 'foretide.output'

export interface ReadWeightsFile {
  readonly net: ExchangedNet
  readonly layout: Layout
  /** As the file names them. */
  readonly arrays: readonly NamedArray[]
}

/**
 * Read a net from a safetensors file.
 * @param layout as its names tell where it is left out
 * @param hints what a foreign layout leaves open; they go before what a file of ours says
 * @throws WeightsRefusedError that names the fault
 */
export function readWeightsFile(
  bytes: Uint8Array,
  layout?: Layout,
  hints: ReadingHints = {},
): ReadWeightsFile {
  const { arrays, metadata } = readSafetensors(bytes)
  const chosen = layout ?? detectLayout(arrays)
  if (chosen === 'foretide') return { net: readForetide(arrays, metadata), layout: chosen, arrays }
  const told = {
    ...hints,
    cell: hints.cell ?? knownCell(metadata[CELL_KEY]),
    output: hints.output ?? knownOutput(metadata[OUTPUT_KEY]),
  }
  return { net: (chosen === 'keras' ? readKeras : readPytorch)(arrays, told), layout: chosen, arrays }
}

/**
 * Write a net as a safetensors file, float32. In PyTorch's and Keras' layouts the metadata name the cell and the output, so
 * that the file can be read again without hints.
 * @param names of modules; ours has none to choose
 * @throws WeightsRefusedError for a net that the layout has no place for
 */
export function writeWeightsFile(net: ExchangedNet, layout: Layout, names: ModuleNames = {}): Uint8Array {
  return writeSafetensors({ arrays: arraysOf(net, layout, names), metadata: metadataOf(net, layout) })
}

/** A net's arrays by the names of a layout. */
export function arraysOf(net: ExchangedNet, layout: Layout, names: ModuleNames = {}): NamedArray[] {
  if (layout === 'foretide') return writeForetide(net)
  return layout === 'keras' ? writeKeras(net, names) : writePytorch(net, names)
}

function metadataOf(net: ExchangedNet, layout: Layout): Record<string, string> {
  if (layout === 'foretide') return { [MANIFEST_KEY]: manifestText(net) }
  const { cell, output } = net.shape
  // Hugging Face's loaders ask for `format`.
  return { ...(layout === 'pytorch' ? { format: 'pt' } : {}), [CELL_KEY]: cell, [OUTPUT_KEY]: output }
}

function knownCell(text: string | undefined): Cell | undefined {
  return CELLS.find((cell) => cell === text)
}

function knownOutput(text: string | undefined): OutputKind | undefined {
  return (['linear', 'log-softmax'] as const).find((output) => output === text)
}

function detectLayout(arrays: readonly NamedArray[]): Layout {
  const names = arrays.map(({ name }) => name)
  const some = (pattern: RegExp) => names.some((name) => pattern.test(name))
  if (some(/^layers\.0\.inputToGates$/)) return 'foretide'
  if (some(/(^|[/.])recurrent_kernel(:0)?$/)) return 'keras'
  if (some(/(^|\.)(weight_ih(_l0)?|i2h\.weight)$/)) return 'pytorch'
  throw new WeightsRefusedError(
    `It cannot be told whose layout this is, there is ${listNames(names)}; say it: ${LAYOUTS.join(', ')}.`,
  )
}
