import type { ErrorSummary } from '#shared/scoring/error-sums'

/** Root mean squared error; NaN where nothing was scored, for which JSON has null, and whose root would be 0. */
export function rmse({ mse }: Pick<ErrorSummary, 'mse'>): number {
  return Math.sqrt((mse as number | null) ?? Number.NaN)
}
