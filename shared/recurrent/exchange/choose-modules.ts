import type { Cell } from '../net-shape.js'
import { gatesOf } from '../net-shape.js'
import type { ModuleNames } from './exchanged-net.js'
import { type ArrayShelf, listNames } from './named-arrays.js'

/** A linear map among the arrays of a file. */
export interface LinearModule {
  readonly module: string
  /** Columns and rows in our sense, whatever way the framework stores them. */
  readonly inputs: number
  readonly outputs: number
  readonly biased: boolean
}

export interface Heads<M extends LinearModule> {
  readonly head: M
  readonly inputHead: M | null
}

/**
 * The one module that a person means by a name: its whole path or a part of it.
 * @param separator between the parts of a path
 */
export function findModule(
  shelf: ArrayShelf,
  modules: readonly string[],
  name: string,
  separator: '.' | '/',
): string {
  if (modules.includes(name)) return name
  const inside = (path: string) => `${separator}${path}${separator}`
  const found = modules.filter((module) => inside(module).includes(inside(name)))
  if (found.length === 1) return found[0]!
  return found.length === 0
    ? shelf.refuse(`there is no module ${name}, but ${listNames(modules.map(displayModule))}`)
    : shelf.refuse(`${name} may be ${found.join(' or ')}, name one of them in full`)
}

/** A module without a name of its own, as an error shows it. */
export function displayModule(module: string): string {
  return module === '' ? '(arrays without a module)' : module
}

/**
 * Tell the head, which reads the hidden state, from the part that reads the net's input: the first is named, or the only
 * one with a bias, or the only one; the second has no bias.
 */
export function chooseHeads<M extends LinearModule>(
  shelf: ArrayShelf,
  linears: readonly M[],
  hidden: number,
  names: ModuleNames,
  separator: '.' | '/',
): Heads<M> {
  const named = (name: string | undefined) => {
    if (name === undefined) return undefined
    const modules = linears.map(({ module }) => module)
    const found = findModule(shelf, modules, name, separator)
    return linears.find(({ module }) => module === found)
  }
  const inputHead = named(names.inputHead)
  const rest = linears.filter((linear) => linear !== inputHead)
  const head = named(names.head) ?? onlyHead(shelf, rest, hidden)
  return { head, inputHead: inputHead ?? rest.find((linear) => linear !== head && !linear.biased) ?? null }
}

function onlyHead<M extends LinearModule>(shelf: ArrayShelf, linears: readonly M[], hidden: number): M {
  const biased = linears.filter((linear) => linear.biased)
  const reading = linears.filter((linear) => linear.inputs === hidden)
  const candidates = biased.length > 0 ? biased : linears.length === 1 ? linears : reading
  if (candidates.length === 1) return candidates[0]!
  if (candidates.length === 0) {
    return shelf.refuse(
      `a linear read-out of the ${hidden} hidden units is missing, there is ${listNames(shelf.names())}`,
    )
  }
  const modules = candidates.map(({ module }) => displayModule(module)).join(' or ')
  return shelf.refuse(`the head may be ${modules}, say which with \`head\``)
}

const CELLS_OF_GATES: Readonly<Record<number, Cell>> = { 1: 'elman-tanh', 3: 'gru', 4: 'lstm' }

/**
 * The cell whose hidden-to-gates matrix has this shape.
 * @param rows G·D
 * @param asked what the caller knows; it must have as many gates
 * @param usual of several cells with three gates or one, which it is by default
 */
export function chooseCell(
  shelf: ArrayShelf,
  matrix: string,
  rows: number,
  hidden: number,
  asked: Cell | undefined,
  usual: Cell | undefined = CELLS_OF_GATES[rows / hidden],
): Cell {
  if (usual === undefined) {
    return shelf.refuse(
      `${matrix} has ${rows / hidden} times as many gate rows as hidden units, known are 1, 3 and 4`,
    )
  }
  if (asked === undefined) return usual
  if (asked === 'concatenation' || gatesOf(asked) !== gatesOf(usual)) {
    return shelf.refuse(`${matrix} has the gates of a cell like ${usual}, not of ${asked}`)
  }
  return asked
}
