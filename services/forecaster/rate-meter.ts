/** Events per second over the last few seconds. */
export class RateMeter {
  private readonly counts: { atMs: number; count: number }[] = []

  /** @param windowMs how far back it looks */
  constructor(private readonly windowMs = 5_000) {}

  add(nowMs: number, count: number): void {
    const last = this.counts.at(-1)
    // A tenth of a second at a time, so that the list stays short at any rate.
    if (last && nowMs - last.atMs < 100) last.count += count
    else this.counts.push({ atMs: nowMs, count })
    this.forget(nowMs)
  }

  perSecond(nowMs: number): number {
    this.forget(nowMs)
    if (this.counts.length === 0) return 0
    const spanMs = Math.max(1_000, Math.min(this.windowMs, nowMs - this.counts[0].atMs))
    return this.counts.reduce((sum, { count }) => sum + count, 0) / (spanMs / 1000)
  }

  private forget(nowMs: number): void {
    while (this.counts.length > 0 && nowMs - this.counts[0].atMs > this.windowMs) this.counts.shift()
  }
}
