import type { FastLeads } from '#shared/regression/least-squares'
import type { Expert, ExpertView } from './expert.js'
import type { FrozenScale } from './frozen-scale.js'

/** Leads that are learned a second time: beyond, a short memory loses more by its noise than it gains. */
const LEADS_MAX = 8
/** What a sample weighs when the next one arrives: a memory of 1,000 samples. */
const FORGETTING = 0.999

/** The leads of the read-outs that have weights of a shorter memory beside the others. */
export function fastLeads(horizon: number): FastLeads {
  return { leads: Math.min(LEADS_MAX, horizon), forgetting: FORGETTING }
}

/**
 * The read-out with a shorter memory, in the same regression: it has weights of its own for the first leads, and says of the others
 * what the read-out says [after model findings § 2, roF].
 */
export class FastReadOut implements Expert {
  readonly name = 'fast-read-out'
  constructor(
    private readonly scale: FrozenScale,
    readonly readyAfter: number,
    private readonly horizon: number,
  ) {}

  forecast({ numbers, fastReadOut, leadsAt }: ExpertView, out: Float64Array, at: number): void {
    const center = this.scale.center(numbers)
    const unit = this.scale.unit(numbers)
    for (let h = 0; h < this.horizon; h++) out[at + h] = center + unit * fastReadOut[leadsAt + h]
  }
}
