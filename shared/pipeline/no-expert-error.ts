import { ForetideError } from '#shared/errors/foretide-error'

/** Nothing is left that could make a forecast. */
export class NoExpertError extends ForetideError {
  readonly code = 'NO_EXPERT'
  override readonly exitCode = 2

  /** @param chosen the experts that are switched on */
  constructor(chosen: readonly string[]) {
    const names = chosen.map((name) => `\`${name}\``).join(', ')
    const why = chosen.length === 0 ? 'all are off' : `of such a cadence and season ${names} can say nothing`
    super(`No expert is left to forecast with: ${why}. Leave another one on, such as \`persistence\`.`)
  }
}
