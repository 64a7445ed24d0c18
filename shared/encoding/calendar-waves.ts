/** Sine and cosine of every phase of a period, and of twice the angle: where in the day, or the week, a sample falls. */
export class CalendarWaves {
  readonly sines: Float64Array
  readonly cosines: Float64Array
  readonly doubleSines: Float64Array
  readonly doubleCosines: Float64Array

  /** @param period samples */
  constructor(readonly period: number) {
    const angles = Float64Array.from({ length: period }, (_, phase) => (2 * Math.PI * phase) / period)
    this.sines = angles.map((angle) => Math.sin(angle))
    this.cosines = angles.map((angle) => Math.cos(angle))
    this.doubleSines = angles.map((angle) => Math.sin(2 * angle))
    this.doubleCosines = angles.map((angle) => Math.cos(2 * angle))
  }
}
