import type { Decode } from '#shared/pipeline/line-options'
import type { StructuredLog } from '#shared/telemetry/structured-log'

/** A covariate that so many readings in a row from the start do not have is misnamed, or nobody sends it. */
const READINGS = 1_000

/** Tells once of each configured covariate that no reading has: the line takes it for missing and forecasts without it. */
export class CovariateWatch {
  private readings = 0
  private readonly unseen: Set<number>

  constructor(
    private readonly pipeline: string,
    private readonly covariates: readonly string[],
    private readonly notes: StructuredLog,
  ) {
    this.unseen = new Set(covariates.keys())
  }

  /** The same decoder, looked at until every covariate was seen or told of. */
  watching(decode: Decode): Decode {
    if (this.covariates.length === 0) return decode
    return (record) => {
      const decoded = decode(record)
      if (this.unseen.size === 0) return decoded
      for (const one of decoded) if (one.kind === 'observation') this.see(one.observation.covariates ?? [])
      return decoded
    }
  }

  private see(said: readonly (number | null)[]): void {
    this.readings++
    for (const covariate of this.unseen) {
      if (typeof said[covariate] === 'number') this.unseen.delete(covariate)
    }
    if (this.readings < READINGS) return
    for (const covariate of this.unseen) {
      this.notes.warn('no reading has this covariate; is its name in input.covariates right?', {
        pipeline: this.pipeline,
        covariate: this.covariates[covariate],
        readings: this.readings,
      })
    }
    this.unseen.clear()
  }
}
