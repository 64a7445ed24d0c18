import type { Net } from '#shared/configuration/net-control'
import { meanOf } from '#shared/scoring/mean-of'
import type { AccuracyResult } from './run-accuracy-bench.js'

/** The trained net beside its controls. */
export interface NetComparison {
  /** Per set: mean over its squared-error figures of the quotient of the trained net's to the control's. */
  readonly sets: Readonly<Record<string, number>>
  /** Mean over the sets. */
  readonly mean: number
}

/**
 * What the trained net is worth against one of its controls, over the sets that were measured with both.
 * @returns null where there is none
 */
export function compareNets(results: readonly AccuracyResult[], control: Net): NetComparison | null {
  const sets: Record<string, number> = {}
  for (const { set, net, figures } of results) {
    const other = results.find((result) => result.set === set && result.net === control)
    if (net !== 'trained' || !other) continue
    const ratios = figures.flatMap(({ name, value }) => {
      const known = other.figures.find((figure) => figure.name === name)
      return name.startsWith('MSE') && known ? [value / known.value] : []
    })
    if (ratios.length > 0) sets[set] = meanOf(ratios)
  }
  const all = Object.values(sets)
  return all.length === 0 ? null : { sets, mean: meanOf(all) }
}
