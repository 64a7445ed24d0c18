import type { RunningScale } from '#shared/encoding/running-scale'
import type { Expert, ExpertView } from './expert.js'
import type { HeadGain } from './head-gain.js'

/** What the head's forecasts are held against, where there is an autoregression. */
export interface HeldAgainst {
  readonly autoregression: Expert
  readonly gain: HeadGain
}

/**
 * The recurrent net: the last value plus the head's output in units of the running spread, drawn towards the autoregression as far as the
 * series has shown that it errs. Untrained, it is persistence.
 */
export class RecurrentHead implements Expert {
  readonly name = 'recurrent'
  readonly readyAfter = 0
  /** [H] what the autoregression says of the origin that was forecast last. */
  private readonly said: Float64Array

  constructor(
    private readonly scale: RunningScale,
    private readonly horizon: number,
    private readonly held: HeldAgainst | null,
  ) {
    this.said = new Float64Array(horizon)
  }

  forecast(view: ExpertView, out: Float64Array, at: number): void {
    this.held?.autoregression.forecast(view, this.said, 0)
    const { numbers, value, head, leadsAt } = view
    const spread = this.scale.spread(numbers)
    for (let h = 0; h < this.horizon; h++) {
      out[at + h] = this.towards(numbers, h, value + spread * head[leadsAt + h])
    }
  }

  /** What the head says of lead h + 1 by itself. @param output of a head, in running spreads */
  alone({ numbers, value }: ExpertView, output: number): number {
    return value + this.scale.spread(numbers) * output
  }

  /** The same for an origin that was forecast last, by any head, drawn as the serving one's is. */
  drawn(view: ExpertView, h: number, output: number): number {
    return this.towards(view.numbers, h, this.alone(view, output))
  }

  /** What the head says of lead h + 1, drawn towards what the autoregression says of it. */
  private towards(numbers: Float64Array, h: number, alone: number): number {
    if (this.held === null) return alone
    const gain = this.held.gain.of(numbers, h)
    const said = this.said[h]
    return gain === 1 ? alone : said + gain * (alone - said)
  }
}
