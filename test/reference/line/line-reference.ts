import { readFileSync } from 'node:fs'

interface Checked<T> {
  readonly checks: readonly ({ readonly after: number } & T)[]
}

interface MlPolyReference
  extends Checked<{
    /** [knots][experts] */
    readonly weights: readonly (readonly number[])[]
  }> {
  readonly leads: readonly number[]
  readonly readyAfter: readonly number[]
  readonly unit: number
  readonly steps: readonly {
    readonly knot: number
    readonly outcome: number
    readonly mixed: number
    readonly said: readonly number[]
    readonly known: number
  }[]
}

interface BandsReference
  extends Checked<{
    /** [bands][H] */
    readonly halfWidths: readonly (readonly number[])[]
  }> {
  readonly main: number
  readonly bins: number
  readonly leads: readonly number[]
  readonly horizon: number
  readonly prior: number
  /** Per sample, what matures at it. */
  readonly steps: readonly (readonly {
    readonly knot: number
    readonly error: number
    readonly issued: readonly number[]
  }[])[]
}

/** What `make_line_reference.py` computes from the formulas. */
export interface LineReference {
  readonly format: 1
  readonly seasonProfile: Checked<{
    readonly level: number
    readonly omega: number
    /** Leads 0 to 8. */
    readonly deviations: readonly number[]
  }> & {
    readonly main: number
    readonly week: number
    readonly first: number
    readonly values: readonly number[]
  }
  /** κ of the profile. */
  readonly seasonCarry: Checked<{ readonly carry: number }> & {
    readonly main: number
    readonly first: number
    readonly values: readonly number[]
  }
  readonly mlPolySquared: MlPolyReference
  readonly mlPolyAbsolute: MlPolyReference
  readonly bandsByHour: BandsReference
  readonly bandsPlain: BandsReference
  readonly runningScale: Checked<
    Readonly<Record<'mean' | 'spread' | 'step' | 'absoluteStep' | 'min' | 'max', number>>
  > & { readonly main: number; readonly values: readonly number[] }
  readonly crps: readonly {
    readonly median: number
    readonly halfWidths: readonly number[]
    readonly outcome: number
    readonly crps: number
  }[]
}

export function readLineReference(): LineReference {
  const reference = JSON.parse(readFileSync(new URL('./line-reference.json', import.meta.url), 'utf8'))
  if (reference.format !== 1)
    throw new Error(`line-reference.json has format ${reference.format}; write it anew`)
  return reference
}
