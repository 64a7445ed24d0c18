import type { SampleEncoder } from '#shared/encoding/sample-encoder'
import type { FrozenScale } from './frozen-scale.js'

/** What the regressions' forecasts start from: today's value along the day-and-week profile, in units of the frozen scale. */
export class ProfileAnchors {
  constructor(
    private readonly encoder: SampleEncoder,
    private readonly scale: FrozenScale,
    private readonly horizon: number,
  ) {}

  /** Write those of leads 1…H of a sample from `at` on. */
  write(numbers: Float64Array, index: number, value: number, anchors: Float32Array, at: number): void {
    const { profile } = this.encoder
    const level = value - profile.deviation(numbers, index) - this.scale.center(numbers)
    const unit = this.scale.unit(numbers)
    for (let h = 0; h < this.horizon; h++) {
      anchors[at + h] = (level + profile.deviation(numbers, index + h + 1)) / unit
    }
  }
}
