/** What the schedule knows of a history. */
export interface HistorySize {
  /** Samples seen in all. */
  readonly samples: number
  /** Series they belong to. */
  readonly series: number
  /** Highest event time seen, milliseconds since 1970. */
  readonly streamTimeMs: number
}

/** What has to come after a session before the next one: so many samples, or so much event time. */
export type TrainingInterval = { readonly samples: number } | { readonly durationMs: number }

export interface TrainingScheduleOptions {
  /** Samples in the main period; 1 where there is none. */
  readonly season: number
  /** Growth of the history since the last session that makes the next one due, as a share. */
  readonly growth?: number
  /** Distance between sessions where the operator sets it; then growth does not count. */
  readonly every?: TrainingInterval | null
  /** Steps of every session, where the operator sets them. */
  readonly steps?: number
}

/** Why a session runs: the schedule, drift of the live scores, an operator's request, or the first forecast that waits for it. */
export type TrainingTrigger = 'schedule' | 'drift' | 'request' | 'bootstrap'

/** A session that is due. */
export interface SessionPlan {
  /** Steps where the operator set them; otherwise a first session takes its own number and a later one fewer. */
  readonly steps?: number
  /** Samples that made it due. */
  readonly samples: number
}

/** The first session waits until a typical series has this many main periods … */
const seasonsMin = 10
/** … and at least this many samples, … */
const samplesPerSeriesMin = 200
/** … and all series together this many: one short series teaches a net nothing that its own experts do not learn. */
const samplesMin = 1000
/** Sessions follow the logarithm of the history: about 20 between 10 and 100 days, and the same from 100 to 1,000. */
const growthDefault = 0.12

/** Decides when to train, from how much was seen: never from the time of day, so that a replay trains at the same samples. */
export class TrainingSchedule {
  readonly #options: TrainingScheduleOptions
  #trained: { readonly samples: number; readonly streamTimeMs: number } | undefined

  constructor(options: TrainingScheduleOptions) {
    this.#options = options
  }

  /** The session that is due now, or null. */
  plan({ samples, series, streamTimeMs }: HistorySize): SessionPlan | null {
    if (this.#trained === undefined ? samples < this.#firstAt(series) : !this.#isDue(samples, streamTimeMs)) {
      return null
    }
    const { steps } = this.#options
    return steps === undefined ? { samples } : { samples, steps }
  }

  /** A session has run, whatever came of it. The figures are those of its beginning. */
  trained(samples: number, streamTimeMs: number): void {
    this.#trained = { samples, streamTimeMs }
  }

  #firstAt(series: number): number {
    const perSeries = Math.max(samplesPerSeriesMin, seasonsMin * this.#options.season)
    return Math.max(samplesMin, perSeries * series)
  }

  #isDue(samples: number, streamTimeMs: number): boolean {
    const { every, growth = growthDefault } = this.#options
    const last = this.#trained!
    if (!every) return samples >= last.samples * (1 + growth)
    if ('samples' in every) return samples >= last.samples + every.samples
    return streamTimeMs >= last.streamTimeMs + every.durationMs
  }
}
