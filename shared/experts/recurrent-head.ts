import type { RunningScale } from '#shared/encoding/running-scale'
import type { Expert, ExpertView } from './expert.js'

/** The recurrent net: the last value plus the head's output in units of the running spread. Untrained, it is persistence. */
export class RecurrentHead implements Expert {
  readonly name = 'recurrent'
  readonly readyAfter = 0
  constructor(
    private readonly scale: RunningScale,
    private readonly horizon: number,
  ) {}

  forecast({ numbers, value, head, leadsAt }: ExpertView, out: Float64Array, at: number): void {
    const spread = this.scale.spread(numbers)
    for (let lead = 0; lead < this.horizon; lead++) out[at + lead] = value + spread * head[leadsAt + lead]
  }
}
