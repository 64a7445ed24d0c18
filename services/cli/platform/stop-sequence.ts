type Stop = () => Promise<unknown>

/**
 * What is stopped after what: the feeder before the forecaster, which then has an end to come to, and the log last.
 * The trainer needs nobody and takes longest, so it is told at once.
 */
const STAGES = [[['feeder', 'forecaster'], ['trainer']], [['gateway']], [['log']]] as const
export type Part = (typeof STAGES)[number][number][number]

/** What has been started, and how to stop it. */
export class StopSequence {
  readonly #stops = new Map<Part, Stop[]>()

  add(part: Part, stop: Stop): void {
    this.#stops.set(part, [...(this.#stops.get(part) ?? []), stop])
  }

  /** Stop everything, whatever fails on the way. @throws the first failure */
  async run(): Promise<void> {
    const failures: unknown[] = []
    for (const stage of STAGES) {
      await Promise.all(
        stage.map(async (parts) => {
          for (const part of parts) failures.push(...(await this.#stopPart(part)))
        }),
      )
    }
    if (failures.length > 0) throw failures[0]
  }

  /** @returns what failed */
  async #stopPart(part: Part): Promise<unknown[]> {
    const stops = this.#stops.get(part) ?? []
    this.#stops.delete(part)
    const results = await Promise.allSettled(stops.map(async (stop) => stop()))
    return results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
  }
}
