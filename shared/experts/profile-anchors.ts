import type { FrozenScale } from './frozen-scale.js'

/** What the regressions' forecasts start from: today's value along the day-and-week profile, in units of the frozen scale. */
export class ProfileAnchors {
  constructor(
    private readonly scale: FrozenScale,
    private readonly horizon: number,
  ) {}

  /**
   * Write those of leads 1…H of a sample from `at` on.
   * @param ahead holds the deviations that the profile expects at the origin and at each lead, from `aheadAt` on
   */
  write(
    numbers: Float64Array,
    value: number,
    ahead: Float64Array,
    aheadAt: number,
    anchors: Float32Array,
    at: number,
  ): void {
    const level = value - ahead[aheadAt] - this.scale.center(numbers)
    const unit = this.scale.unit(numbers)
    for (let h = 0; h < this.horizon; h++) anchors[at + h] = (level + ahead[aheadAt + h + 1]) / unit
  }
}
