import { readFileSync } from 'node:fs'
import type { ReadingHints } from '#shared/recurrent/exchange/exchanged-net'
import type { Layout } from '#shared/recurrent/exchange/weights-file'
import type { NetShape } from '#shared/recurrent/net-shape'

/** A net of a framework: `make_exchange_reference.py` made it, and what it gives. */
export interface ExchangeCase {
  readonly name: string
  readonly layout: Exclude<Layout, 'foretide'>
  readonly shape: NetShape
  readonly hints: ReadingHints
  /** [T, B, F] */
  readonly inputs: Float32Array
  /** [T, B, H] */
  readonly outputs: Float32Array
  /** Its weights as safetensors, by the framework's own names. */
  readonly file: Uint8Array
}

export interface ExchangeReference {
  /** T */
  readonly steps: number
  /** B */
  readonly rows: number
  readonly cases: readonly ExchangeCase[]
  /** Values of each array in `number-types.safetensors`, as float32. */
  readonly numberTypes: Readonly<Record<string, readonly number[]>>
}

export function exchangeFile(name: string): Uint8Array {
  return readFileSync(new URL(`${name}.safetensors`, import.meta.url))
}

export function loadExchangeReference(): ExchangeReference {
  const text = readFileSync(new URL('outputs.json', import.meta.url), 'utf8')
  const { format, steps, rows, cases, numberTypes } = JSON.parse(text)
  if (format !== 'foretide.exchange-reference/1') throw new Error(`outputs.json is ${format}`)
  return {
    steps,
    rows,
    numberTypes,
    cases: Object.entries(cases as Record<string, ExchangeCase>).map(([name, stored]) => ({
      ...stored,
      name,
      inputs: Float32Array.from(stored.inputs),
      outputs: Float32Array.from(stored.outputs),
      file: exchangeFile(name),
    })),
  }
}
