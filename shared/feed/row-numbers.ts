/**
 * What tables call the numbers of their rows. R leaves the name out, pandas calls it `Unnamed: 0` when it reads that and `__index_level_0__` in
 * Parquet; a column without a name is a `column 1` by now.
 */
const NAMES =
  /^(column \d+|unnamed: 0|__index_level_0__|rownames|row|index|idx|id|no|nr|#|obs|record|step|instant)$/i
/** Fewer rows may count by chance. */
const ROWS_MIN = 3

/**
 * Whether a column numbers the rows of its file: it is called so, and each value is one more than that of the row before.
 * @param values [N]
 */
export function areRowNumbers(name: string, values: Float64Array): boolean {
  if (!NAMES.test(name) || values.length < ROWS_MIN) return false
  return values.every((value, row) => value === values[0]! + row)
}
