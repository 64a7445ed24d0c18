import type { Clock } from '#shared/clock/clock'
import { countOf } from '#shared/words/count-of'
import { formatCount, formatSeconds, formatTime } from './figures.js'
import type { StatusLine } from './status-line.js'

export interface Progress {
  readonly done: number
  readonly total: number
  readonly perSecond: number
  /** null before a rate is known. */
  readonly secondsLeft: number | null
  readonly eventTimeMs?: number
  /** What else goes on, such as a training. */
  readonly note?: string
}

/** Shortest time between two drawings, and between two lines where nothing can be drawn. */
const DRAW_MS = 100
const LINE_MS = 10_000

/** Progress of named pieces of long work: one line drawn over on a terminal, a line now and then elsewhere. */
export class ProgressMeter {
  readonly #latest = new Map<string, Progress>()
  readonly #toldMs = new Map<string, number>()
  #drawnMs = Number.NEGATIVE_INFINITY

  /** @param tell writes a line where no terminal is drawn on */
  constructor(
    private readonly status: StatusLine,
    private readonly clock: Clock,
    private readonly tell: (name: string, progress: Progress) => void,
  ) {}

  update(name: string, progress: Progress): void {
    const now = this.clock.now()
    this.#latest.set(name, progress)
    if (!this.status.drawable) {
      const told = this.#toldMs.get(name)
      if (told !== undefined && now - told < LINE_MS) return
      this.#toldMs.set(name, now)
      // The very start says nothing yet.
      if (told !== undefined) this.tell(name, progress)
    } else if (now - this.#drawnMs >= DRAW_MS) {
      this.#drawnMs = now
      this.draw()
    }
  }

  finish(name: string): void {
    this.#latest.delete(name)
    if (this.#latest.size === 0) this.status.clear()
    else this.draw()
  }

  private draw(): void {
    this.status.show([...this.#latest].map(([name, progress]) => `${name} ${briefly(progress)}`).join(' │ '))
  }
}

function briefly({ done, total, perSecond, secondsLeft, eventTimeMs, note }: Progress): string {
  const share = total > 0 ? `${Math.floor((100 * done) / total)} %` : formatCount(done)
  const time = eventTimeMs === undefined ? '' : ` ${formatTime(eventTimeMs)}`
  const left = secondsLeft === null ? '' : `, ${formatSeconds(secondsLeft)} left`
  return `${share}${time} ${formatCount(perSecond)}/s${left}${note ? `, ${note}` : ''}`
}

/** The same in a whole sentence. */
export function describeProgress({ done, total, perSecond, secondsLeft, note }: Progress): string {
  const left = secondsLeft === null ? '' : `, ${formatSeconds(secondsLeft)} left`
  const of = `${formatCount(done)} of ${countOf(total, 'event')}`
  return `${of}, ${formatCount(perSecond)} events/s${left}${note ? `, ${note}` : ''}`
}
