/** A mean that forgets; plain over as many values as it remembers. */
export class RunningMean {
  private count = 0
  private mean = Number.NaN

  constructor(private readonly memory: number) {}

  add(value: number): void {
    this.count = Math.min(this.count + 1, this.memory)
    this.mean = this.count === 1 ? value : this.mean + (value - this.mean) / this.count
  }

  /** NaN before the first. */
  get value(): number {
    return this.mean
  }
}
