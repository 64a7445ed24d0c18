import { setFlagsFromString } from 'node:v8'

/** How much of what lives may be added by what does not, before everything is collected. */
const GROWTH_PERCENT = 200

/**
 * Have V8 collect everything when the heap is three times what lives, instead of when it sees fit.
 *
 * By itself it lets a heap that grows slowly grow by a tenth or two, and begins to mark when no more is left of that than the young space
 * holds: a worker's was marked up to four times a second, by four helpers beside two busy cores, and each time what was in flight became
 * old, which is more than small collections make old between (docs/decisions/0029).
 */
export function collectSeldom(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`)
}
