/** @param values [rows, columns] @returns [columns, rows] */
export function transpose(values: Float32Array, rows: number, columns: number): Float32Array {
  const turned = new Float32Array(values.length)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++)
      turned[column * rows + row] = values[row * columns + column]!
  }
  return turned
}

/** Exchange two blocks of equal size, counted from the start. @returns a copy */
export function swapBlocks(values: Float32Array, size: number, one: number, other: number): Float32Array {
  const swapped = values.slice()
  swapped.set(values.subarray(other * size, (other + 1) * size), one * size)
  swapped.set(values.subarray(one * size, (one + 1) * size), other * size)
  return swapped
}

/** Columns `from` to `to` of a matrix. @param values [rows, columns] @returns [rows, to − from] */
export function takeColumns(values: Float32Array, columns: number, from: number, to: number): Float32Array {
  const rows = values.length / columns
  const taken = new Float32Array(rows * (to - from))
  for (let row = 0; row < rows; row++) {
    taken.set(values.subarray(row * columns + from, row * columns + to), row * (to - from))
  }
  return taken
}

/** Two matrices side by side. @param left [rows, leftColumns] @param right [rows, rightColumns] */
export function joinColumns(
  left: Float32Array,
  leftColumns: number,
  right: Float32Array,
  rightColumns: number,
): Float32Array {
  const columns = leftColumns + rightColumns
  const rows = right.length / rightColumns
  const joined = new Float32Array(rows * columns)
  for (let row = 0; row < rows; row++) {
    joined.set(left.subarray(row * leftColumns, (row + 1) * leftColumns), row * columns)
    joined.set(right.subarray(row * rightColumns, (row + 1) * rightColumns), row * columns + leftColumns)
  }
  return joined
}

/**
 * The one bias that acts like two, rounded to float32 once. Where the second is zero it is the first, bit for bit, so that
 * what was read with one bias is written with the same.
 */
export function addBiases(input: Float32Array, hidden: Float32Array): Float32Array {
  return input.map((bias, k) => (hidden[k] === 0 ? bias : bias + hidden[k]!))
}
