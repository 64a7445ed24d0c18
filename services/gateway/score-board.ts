import type { RecordBatch } from '#shared/log/port'
import { RunningMean } from '#shared/scoring/running-mean'

/** Outcomes of a series and lead that the means remember, and those that count as recent. */
const MEMORY = 500
const RECENT = 50
/** Fewer outcomes than these say nothing about what is usual. */
const OUTCOMES_MIN = 2 * RECENT
/** Half widths that one outcome counts for at most: a width may be next to nothing. */
const WIDTHS_MAX = 10

/** How one lead of a series has been forecast. */
export interface LeadDrift {
  readonly lead: number
  /** Outcomes so far. */
  readonly outcomes: number
  /** Mean of outcome minus median, in half widths of the 80 % band; null before the first. */
  readonly bias: number | null
  /** Recent absolute errors over those of long, both in half widths; null while there are too few. */
  readonly drift: number | null
}

class LeadMeans {
  outcomes = 0
  readonly signed = new RunningMean(MEMORY)
  readonly recent = new RunningMean(RECENT)
  readonly usual = new RunningMean(MEMORY)
}

interface ScoreGlance {
  readonly series: string
  readonly target: { readonly value: number }
  readonly leads: readonly number[]
  readonly median: readonly number[]
  readonly halfWidth: readonly number[]
}

/** Bias and drift of every series, as they follow from the scores topics. */
export class ScoreBoard {
  private readonly pipelines = new Map<string, Map<string, Map<number, LeadMeans>>>()
  private held = 0

  /** @param seriesMax series kept, over all pipelines; later ones are left out */
  constructor(private readonly seriesMax: number) {}

  take(pipeline: string, { records }: Pick<RecordBatch, 'records'>): void {
    for (const { value } of records) {
      const score = value === null ? null : readScore(value)
      if (score !== null) this.takeScore(pipeline, score)
    }
  }

  /** Leads in rising order; empty before anything was scored. */
  driftOf(pipeline: string, series: string): LeadDrift[] {
    const leads = this.pipelines.get(pipeline)?.get(series) ?? []
    return [...leads]
      .sort(([a], [b]) => a - b)
      .map(([lead, { outcomes, signed, recent, usual }]) => ({
        lead,
        outcomes,
        bias: Number.isNaN(signed.value) ? null : signed.value,
        drift: outcomes >= OUTCOMES_MIN && usual.value > 0 ? recent.value / usual.value : null,
      }))
  }

  private takeScore(pipeline: string, { series, target, leads, median, halfWidth }: ScoreGlance): void {
    const known = this.admit(pipeline, series)
    if (known === null) return
    leads.forEach((lead, k) => {
      const means = known.get(lead) ?? new LeadMeans()
      known.set(lead, means)
      const widths = (target.value - median[k]!) / halfWidth[k]!
      // A band without a width says nothing of how far outside an outcome lies.
      if (!Number.isFinite(widths)) return
      const bounded = Math.max(-WIDTHS_MAX, Math.min(WIDTHS_MAX, widths))
      means.outcomes++
      means.signed.add(bounded)
      means.recent.add(Math.abs(bounded))
      means.usual.add(Math.abs(bounded))
    })
  }

  private admit(pipeline: string, series: string): Map<number, LeadMeans> | null {
    let ofPipeline = this.pipelines.get(pipeline)
    if (!ofPipeline) {
      ofPipeline = new Map()
      this.pipelines.set(pipeline, ofPipeline)
    }
    const known = ofPipeline.get(series)
    if (known) return known
    if (this.held >= this.seriesMax) return null
    this.held++
    const leads = new Map<number, LeadMeans>()
    ofPipeline.set(series, leads)
    return leads
  }
}

/** What comes after all that is read here. It cannot stand inside a JSON string, where every quote has a backslash before it. */
const REST = Buffer.from(',"covered":')

/** Two thirds of a score are of no use here, and are left out of the parsing where it is laid out as the forecaster does. */
function readScore(value: Uint8Array): ScoreGlance | null {
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  const restAt = bytes.indexOf(REST)
  const first = restAt < 0 ? null : parseScore(`${bytes.toString('utf8', 0, restAt)}}`)
  return first ?? parseScore(bytes.toString())
}

/** Read with care, but not against the whole schema: a topic of scores is the forecaster's own, and there are many. */
function parseScore(text: string): ScoreGlance | null {
  try {
    const message = JSON.parse(text)
    const { schema, series, target, leads, median, halfWidth } = message
    const lists = [leads, median, halfWidth].every(Array.isArray)
    const known = schema === 'foretide.score/1' && typeof series === 'string' && lists
    return known && typeof target?.value === 'number' ? message : null
  } catch {
    return null
  }
}
