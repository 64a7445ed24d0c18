/** A stretch of event time whose samples training must not see. */
export interface SampleSpan {
  /** The series it is about; null for all. */
  readonly series: string | null
  readonly fromMs: number
  /** The first moment after it. */
  readonly toMs: number
}
