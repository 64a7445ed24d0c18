import { chooseHeads, findModule, type LinearModule } from './choose-modules.js'
import type { ReadingHints } from './exchanged-net.js'
import { type ArrayShelf, listNames } from './named-arrays.js'

/** A Keras layer's arrays, by their full names. */
export interface KerasLayer {
  /** Everything before the last part of the names. */
  readonly module: string
  readonly kernel: string
  readonly bias: string | null
}

export interface KerasRecurrent extends KerasLayer {
  readonly recurrentKernel: string
}

interface Parts {
  kernel?: string
  recurrent_kernel?: string
  bias?: string
}

/** `…/kernel`, and with `:0` behind it as tf.keras had it. */
const PART = /^(?:(.*)[/.])?(kernel|recurrent_kernel|bias)(?::0)?$/

function groupByModule(shelf: ArrayShelf): Map<string, Parts> {
  const modules = new Map<string, Parts>()
  for (const name of shelf.names()) {
    const match = PART.exec(name)
    if (!match) continue
    const module = match[1] ?? ''
    modules.set(module, { ...modules.get(module), [match[2]!]: name })
  }
  return modules
}

/** The recurrent layers, the lowest first: as named, or by the numbers that Keras gives (`gru`, `gru_1`, …). */
export function findRecurrentLayers(shelf: ArrayShelf, { recurrent }: ReadingHints): KerasRecurrent[] {
  const found = new Map<string, KerasRecurrent>()
  for (const [module, { kernel, recurrent_kernel: recurrentKernel, bias = null }] of groupByModule(shelf)) {
    if (recurrentKernel === undefined) continue
    if (kernel === undefined) shelf.refuse(`${recurrentKernel} is there, but no kernel beside it`)
    if (/(^|\/)backward_/.test(module)) {
      shelf.refuse(
        `no place for ${recurrentKernel}; bidirectional layers need the future and cannot forecast`,
      )
    }
    found.set(module, { module, kernel: kernel!, recurrentKernel, bias })
  }
  const modules = [...found.keys()]
  if (modules.length === 0)
    shelf.refuse(`a recurrent_kernel is missing, there is ${listNames(shelf.names())}`)
  const ordered =
    recurrent?.map((name) => findModule(shelf, modules, name, '/')) ?? orderByNumber(shelf, modules)
  return ordered.map((module) => found.get(module)!)
}

function orderByNumber(shelf: ArrayShelf, modules: readonly string[]): string[] {
  const stems = new Set(modules.map((module) => module.replace(/_\d+(?=\/|$)/g, '')))
  if (stems.size > 1) {
    shelf.refuse(
      `the recurrent layers ${listNames(modules)} have no order, name them with \`recurrent\`, the lowest first`,
    )
  }
  const numbers = (module: string) => module.split('/').map((part) => Number(/_(\d+)$/.exec(part)?.[1] ?? -1))
  return [...modules].sort((a, b) => {
    const [left, right] = [numbers(a), numbers(b)]
    const differs = left.findIndex((number, k) => number !== right[k])
    return differs < 0 ? 0 : left[differs]! - right[differs]!
  })
}

export type KerasDense = KerasLayer & LinearModule

export function findHeads(
  shelf: ArrayShelf,
  hidden: number,
  hints: ReadingHints,
): { readonly head: KerasDense; readonly inputHead: KerasDense | null } {
  const dense = [...groupByModule(shelf)].flatMap(([module, parts]): KerasDense[] => {
    const { kernel, recurrent_kernel: recurrentKernel, bias = null } = parts
    if (kernel === undefined || recurrentKernel !== undefined) return []
    const [inputs = 0, outputs = 0, ...more] = shelf.shapeOf(kernel)
    if (outputs === 0 || more.length > 0) return []
    return [{ module, kernel, bias, inputs, outputs, biased: bias !== null }]
  })
  return chooseHeads(shelf, dense, hidden, hints, '/')
}
