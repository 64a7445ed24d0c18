import type { Forecast } from '#shared/forecast/forecast'

/**
 * The forecasts of one series that wait for outcomes: the last H origins, one row of numbers for each of their leads. The rows of one target
 * lie side by side, so that an outcome finds all that was said of it in one place.
 */
export class IssuedRing {
  /** [H targets, H leads, width] */
  readonly rows: Float64Array
  /** [H] grid index of the origin; NaN where there is none. */
  private readonly indices: Float64Array
  /** [H] longest lead whose target still counts. */
  private readonly leads: Int32Array
  /** [H] whether an outcome came. */
  private readonly met: Uint8Array
  /** [H]; empty where nobody asks for them. */
  private readonly forecasts: Forecast[] = []

  /**
   * @param horizon H
   * @param width numbers of a row
   */
  constructor(
    private readonly horizon: number,
    private readonly width: number,
  ) {
    this.rows = new Float64Array(horizon * horizon * width)
    this.indices = new Float64Array(horizon).fill(Number.NaN)
    this.leads = new Int32Array(horizon)
    this.met = new Uint8Array(horizon)
  }

  /**
   * Take the place of the oldest; `write` what it said.
   * @param phase of the origin within H
   * @param leads longest lead whose target counts
   * @param forecast to be had again by `forecastOf`, or null
   */
  put(phase: number, index: number, leads: number, forecast: Forecast | null): void {
    this.indices[phase] = index
    this.leads[phase] = leads
    this.met[phase] = 0
    if (forecast) this.forecasts[phase] = forecast
  }

  /**
   * Write columns of an origin's rows.
   * @param phase of the origin within H
   * @param column of the row, the first of them
   * @param columns how many
   * @param numbers [columns, H] from `from` on: one for each lead
   */
  write(phase: number, column: number, columns: number, numbers: Float64Array, from: number): void {
    const { rows, horizon, width } = this
    const stride = (horizon + 1) * width
    const wraps = horizon - 1 - phase
    const first = (phase + 1) * horizon * width + column
    for (let c = 0, next = from; c < columns; c++) {
      let at = first + c
      for (let h = 0; h < wraps; h++, at += stride) rows[at] = numbers[next++]
      at -= rows.length
      for (let h = wraps; h < horizon; h++, at += stride) rows[at] = numbers[next++]
    }
  }

  /**
   * @param phase of the target within H
   * @param index of the target
   * @returns phase of the origin from which it was forecast at this lead, or −1 when it was not
   */
  find(phase: number, index: number, lead: number): number {
    const origin = phase - lead < 0 ? phase - lead + this.horizon : phase - lead
    return this.indices[origin] === index - lead && lead <= this.leads[origin] ? origin : -1
  }

  /**
   * Where what was said of a target at one lead begins.
   * @param phase of the target within H
   */
  rowOf(phase: number, lead: number): number {
    return (phase * this.horizon + lead - 1) * this.width
  }

  leadsOf(origin: number): number {
    return this.leads[origin]
  }

  forecastOf(origin: number): Forecast {
    return this.forecasts[origin]
  }

  /** Note that an outcome came. @returns whether it is the first of this origin */
  meet(origin: number): boolean {
    const first = this.met[origin] === 0
    this.met[origin] = 1
    return first
  }
}
