/** What is waited for longest, among how many places, why, and since how many seconds. */
export interface AwaitedPlace {
  readonly place: string
  readonly places: number
  readonly reason: string
  readonly seconds: number
}

/** Told of what a log waits for, and for how long. */
export interface LogListener {
  /** A broker never answered a read of `place`; connections were made anew. */
  silent(place: string): void
  /** Something has been waited for this long; called about once a second, and with 0 when nothing is waited for any more. */
  away(seconds: number): void
  /** Some seconds after it began, and now and then: what is waited for, among how many, and why. */
  waiting(what: AwaitedPlace): void
  /** Nothing is waited for any more, after `waiting` said so. */
  back(seconds: number): void
}

export const noListener: LogListener = {
  silent: () => undefined,
  away: () => undefined,
  waiting: () => undefined,
  back: () => undefined,
}
