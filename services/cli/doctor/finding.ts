/** What one check of the doctor has found. */
export interface Finding {
  readonly check: string
  /** `warn`: it works, and not as well as it could. `fail`: something will not work. */
  readonly status: 'ok' | 'warn' | 'fail'
  readonly message: string
  /** What to do about it. */
  readonly advice?: string
  /** Figures for programs. */
  readonly details?: Readonly<Record<string, unknown>>
}
