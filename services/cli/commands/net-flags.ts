import type { ModuleNames, ReadingHints } from '#shared/recurrent/exchange/exchanged-net'
import type { Layout } from '#shared/recurrent/exchange/weights-file'
import type { Cell, OutputKind } from '#shared/recurrent/net-shape'

/** What a file of weights leaves open. */
export interface NetFlags {
  readonly from?: Layout
  readonly cell?: Cell
  readonly output?: OutputKind
  readonly recurrent?: string
  readonly head?: string
  readonly inputHead?: string
}

export function moduleNames({ recurrent, head, inputHead }: NetFlags): ModuleNames {
  return {
    ...(recurrent === undefined ? {} : { recurrent: recurrent.split(',').map((name) => name.trim()) }),
    ...(head === undefined ? {} : { head }),
    ...(inputHead === undefined ? {} : { inputHead }),
  }
}

export function readingHints(flags: NetFlags): ReadingHints {
  const { cell, output } = flags
  return { cell, output, ...moduleNames(flags) }
}
