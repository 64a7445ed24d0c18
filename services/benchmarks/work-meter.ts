import type { PreparedWork } from './contestant.js'

/** Runs between two looks at the clock take about this long. */
const LOOK_MS = 2

/** Times repeated work, after having warmed it up. */
export class WorkMeter {
  #runsPerLook = 1

  /** @param now milliseconds of a steady clock */
  constructor(
    private readonly work: PreparedWork,
    private readonly now: () => number,
  ) {}

  /** Run for about `ms`, at least twice, so that code is compiled and memory is there. */
  warmUp(ms: number): void {
    this.work.run()
    const { runs, tookMs } = this.repeat(ms)
    this.#runsPerLook = Math.max(1, Math.floor((runs * LOOK_MS) / tookMs))
  }

  /** @returns units a second over about `ms`, one run at least */
  measure(ms: number): number {
    const { runs, tookMs } = this.repeat(ms)
    return (runs * this.work.units * 1000) / tookMs
  }

  private repeat(ms: number): { runs: number; tookMs: number } {
    const startedMs = this.now()
    let runs = 0
    let tookMs = 0
    do {
      for (let i = 0; i < this.#runsPerLook; i++) this.work.run()
      runs += this.#runsPerLook
      tookMs = this.now() - startedMs
    } while (tookMs < ms)
    // A clock that is coarser than one run says 0.
    return { runs, tookMs: Math.max(tookMs, 1e-3) }
  }
}
