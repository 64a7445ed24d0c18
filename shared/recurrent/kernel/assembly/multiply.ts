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
    storeBlock(out, a0, a1)
    storeBlock(out + stride, b0, b1)
    storeBlock(out + 2 * stride, c0, c1)
    storeBlock(out + 3 * stride, d0, d1)
    out += BLOCK_BYTES
    bias += BLOCK_BYTES
  }
}

/**
 * One row: four blocks at a time, because the sums of one block alone would wait for one another. Where fewer are
 * left, the last one is computed again in the place of those missing.
 * @param row [length]
 * @param out [blocks * 8]
 */
export function multiplyRow(
  row: usize, weights: usize, bias: usize, out: usize, length: usize, blocks: usize,
): void {
  const rowEnd = row + (length << 2)
  const blockBytes = length * BLOCK_BYTES
  const last = blocks - 1
  for (let block: usize = 0; block < blocks; block += 4) {
    const second = min(block + 1, last)
    const third = min(block + 2, last)
    const fourth = min(block + 3, last)
    let a = weights + block * blockBytes
    let b = weights + second * blockBytes
    let c = weights + third * blockBytes
    let d = weights + fourth * blockBytes
    const biasA = bias + block * BLOCK_BYTES
    const biasB = bias + second * BLOCK_BYTES
    const biasC = bias + third * BLOCK_BYTES
    const biasD = bias + fourth * BLOCK_BYTES
    let a0 = v128.load(biasA), a1 = v128.load(biasA, 16)
    let b0 = v128.load(biasB), b1 = v128.load(biasB, 16)
    let c0 = v128.load(biasC), c1 = v128.load(biasC, 16)
    let d0 = v128.load(biasD), d1 = v128.load(biasD, 16)
    for (let values = row; values < rowEnd; values += 4) {
      const x = v128.load32_splat(values)
      a0 = f32x4.add(a0, f32x4.mul(v128.load(a), x))
      a1 = f32x4.add(a1, f32x4.mul(v128.load(a, 16), x))
      b0 = f32x4.add(b0, f32x4.mul(v128.load(b), x))
      b1 = f32x4.add(b1, f32x4.mul(v128.load(b, 16), x))
      c0 = f32x4.add(c0, f32x4.mul(v128.load(c), x))
      c1 = f32x4.add(c1, f32x4.mul(v128.load(c, 16), x))
      d0 = f32x4.add(d0, f32x4.mul(v128.load(d), x))
      d1 = f32x4.add(d1, f32x4.mul(v128.load(d, 16), x))
      a += BLOCK_BYTES
      b += BLOCK_BYTES
      c += BLOCK_BYTES
      d += BLOCK_BYTES
    }
    storeBlock(out + block * BLOCK_BYTES, a0, a1)
    storeBlock(out + second * BLOCK_BYTES, b0, b1)
    storeBlock(out + third * BLOCK_BYTES, c0, c1)
    storeBlock(out + fourth * BLOCK_BYTES, d0, d1)
  }
}

// @ts-ignore: decorator
@inline
function storeBlock(at: usize, low: v128, high: v128): void {
  v128.store(at, low)
  v128.store(at, high, 16)
}
