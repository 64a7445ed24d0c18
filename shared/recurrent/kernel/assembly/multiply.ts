// Products with packed weights. Each output starts at its bias and adds weight * value in rising k, one rounding for
// the product and one for the sum, whichever of the functions below computes it: so a row has the same bits in any batch.
//
// Weights of 8 neighbouring outputs are one block, [k][8]; blocks follow one another.

const BLOCK_BYTES: usize = 32

/**
 * Four rows at once: weights are read once for all four.
 * @param tile [length][4], the rows interleaved
 * @param out [4][stride bytes], `blocks` * 8 outputs each
 */
export function multiplyTile(
  tile: usize, weights: usize, bias: usize, out: usize, stride: usize, length: usize, blocks: usize,
): void {
  const tileEnd = tile + (length << 4)
  for (let block: usize = 0; block < blocks; block++) {
    let a0 = v128.load(bias)
    let a1 = v128.load(bias, 16)
    let b0 = a0, b1 = a1, c0 = a0, c1 = a1, d0 = a0, d1 = a1
    for (let values = tile; values < tileEnd; values += 16) {
      const w0 = v128.load(weights)
      const w1 = v128.load(weights, 16)
      const a = v128.load32_splat(values)
      a0 = f32x4.add(a0, f32x4.mul(w0, a))
      a1 = f32x4.add(a1, f32x4.mul(w1, a))
      const b = v128.load32_splat(values, 4)
      b0 = f32x4.add(b0, f32x4.mul(w0, b))
      b1 = f32x4.add(b1, f32x4.mul(w1, b))
      const c = v128.load32_splat(values, 8)
      c0 = f32x4.add(c0, f32x4.mul(w0, c))
      c1 = f32x4.add(c1, f32x4.mul(w1, c))
      const d = v128.load32_splat(values, 12)
      d0 = f32x4.add(d0, f32x4.mul(w0, d))
      d1 = f32x4.add(d1, f32x4.mul(w1, d))
      weights += BLOCK_BYTES
    }
    let row = out
    v128.store(row, a0)
    v128.store(row, a1, 16)
    row += stride
    v128.store(row, b0)
    v128.store(row, b1, 16)
    row += stride
    v128.store(row, c0)
    v128.store(row, c1, 16)
    row += stride
    v128.store(row, d0)
    v128.store(row, d1, 16)
    out += BLOCK_BYTES
    bias += BLOCK_BYTES
  }
}

/**
 * One row: four blocks at a time, because the sums of one block alone would wait for one another.
 * @param row [length]
 * @param out [blocks * 8]
 */
export function multiplyRow(
  row: usize, weights: usize, bias: usize, out: usize, length: usize, blocks: usize,
): void {
  const rowEnd = row + (length << 2)
  const blockStride = length * BLOCK_BYTES
  let left = blocks
  for (; left >= 4; left -= 4) {
    let a0 = v128.load(bias), a1 = v128.load(bias, 16)
    let b0 = v128.load(bias, 32), b1 = v128.load(bias, 48)
    let c0 = v128.load(bias, 64), c1 = v128.load(bias, 80)
    let d0 = v128.load(bias, 96), d1 = v128.load(bias, 112)
    let b = weights + blockStride
    let c = b + blockStride
    let d = c + blockStride
    for (let values = row; values < rowEnd; values += 4) {
      const x = v128.load32_splat(values)
      a0 = f32x4.add(a0, f32x4.mul(v128.load(weights), x))
      a1 = f32x4.add(a1, f32x4.mul(v128.load(weights, 16), x))
      b0 = f32x4.add(b0, f32x4.mul(v128.load(b), x))
      b1 = f32x4.add(b1, f32x4.mul(v128.load(b, 16), x))
      c0 = f32x4.add(c0, f32x4.mul(v128.load(c), x))
      c1 = f32x4.add(c1, f32x4.mul(v128.load(c, 16), x))
      d0 = f32x4.add(d0, f32x4.mul(v128.load(d), x))
      d1 = f32x4.add(d1, f32x4.mul(v128.load(d, 16), x))
      weights += BLOCK_BYTES
      b += BLOCK_BYTES
      c += BLOCK_BYTES
      d += BLOCK_BYTES
    }
    weights = d
    v128.store(out, a0)
    v128.store(out, a1, 16)
    v128.store(out, b0, 32)
    v128.store(out, b1, 48)
    v128.store(out, c0, 64)
    v128.store(out, c1, 80)
    v128.store(out, d0, 96)
    v128.store(out, d1, 112)
    out += 4 * BLOCK_BYTES
    bias += 4 * BLOCK_BYTES
  }
  for (; left > 0; left--) {
    let a0 = v128.load(bias)
    let a1 = v128.load(bias, 16)
    for (let values = row; values < rowEnd; values += 4) {
      const x = v128.load32_splat(values)
      a0 = f32x4.add(a0, f32x4.mul(v128.load(weights), x))
      a1 = f32x4.add(a1, f32x4.mul(v128.load(weights, 16), x))
      weights += BLOCK_BYTES
    }
    v128.store(out, a0)
    v128.store(out, a1, 16)
    out += BLOCK_BYTES
    bias += BLOCK_BYTES
  }
}
