/** Event time that passes per wall time; `max`: as fast as it goes; undefined: four cadences a second. */
export type Speed = number | 'max' | undefined

/** Longest silence, at the default speed, over a gap in the data: someone is watching. */
const gapMaxMs = 5_000

/** When each event is due on the wall. */
export class Pace {
  readonly #eventMsPerMs: number
  readonly #gapMaxMs: number
  #wallMs = Number.NaN
  #eventMs = Number.NaN

  constructor(speed: Speed, cadenceMs: number) {
    this.#eventMsPerMs = speed === 'max' ? Number.POSITIVE_INFINITY : (speed ?? cadenceMs / 250)
    this.#gapMaxMs = speed === undefined ? gapMaxMs : Number.POSITIVE_INFINITY
  }

  /** Milliseconds since 1970 at which an event of `eventMs` is due; the first one is due at once. Ask in event order. */
  dueMs(eventMs: number, nowMs: number): number {
    if (this.#eventMsPerMs === Number.POSITIVE_INFINITY) return nowMs
    if (Number.isNaN(this.#wallMs)) this.#anchor(eventMs, nowMs)
    const dueMs = this.#wallMs + (eventMs - this.#eventMs) / this.#eventMsPerMs
    if (dueMs <= nowMs + this.#gapMaxMs) return dueMs
    this.#anchor(eventMs, nowMs + this.#gapMaxMs)
    return this.#wallMs
  }

  #anchor(eventMs: number, wallMs: number): void {
    this.#eventMs = eventMs
    this.#wallMs = wallMs
  }
}
