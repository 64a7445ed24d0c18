/** What the average forgets per step, once that many steps are in it; before, it is the plain mean. */
const memory = 0.98

/** Exponential average of the weights along a session: it forecasts better than where the last step happened to land. */
export class WeightAverage {
  readonly values: Float32Array
  #count = 0

  constructor(size: number) {
    this.values = new Float32Array(size)
  }

  /** @param weights [size] */
  add(weights: Float32Array): void {
    this.#count += 1
    const keep = Math.min(memory, 1 - 1 / this.#count)
    const { values } = this
    for (let i = 0; i < values.length; i++) values[i] = keep * values[i]! + (1 - keep) * weights[i]!
  }
}
