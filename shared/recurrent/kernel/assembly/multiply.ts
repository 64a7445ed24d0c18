// Products of rows with packed weights. Each output starts at a number and adds weight * value in rising k, one rounding
// for the product and one for the sum, whichever of the functions below computes it: so a row has the same bits in any
// batch, and a product in two parts, of which the second starts at the sums of the first, those of one in a piece.
//
// Weights of 8 neighbouring outputs are one block, [k][8].

const BLOCK_BYTES: usize = 32

/**
 * @param values [length][rows], interleaved
 * @param rows 1 or 4
 * @param weights address of the first k of the first block
 * @param blockBytes from one block to the next: more than `length` * 32 where only a part of each block's k is used
 * @param start where sums start: row by row `startStride` bytes apart, 0 for one bias of all rows
 * @param out may be `start`
 * @param length a multiple of 4
 */
export function multiply(
  values: usize, rows: usize, weights: usize, blockBytes: usize,
  start: usize, startStride: usize, out: usize, outStride: usize, length: usize, blocks: usize,
): void {
  if (rows == 1) multiplyRow(values, weights, blockBytes, start, out, length, blocks)
  else multiplyTile(values, weights, blockBytes, start, startStride, out, outStride, length, blocks)
}

/** Four rows at once: weights are read once for all four. V8 unrolls the inner loop by itself, and better than by hand. */
function multiplyTile(
  tile: usize, weights: usize, blockBytes: usize,
  start: usize, startStride: usize, out: usize, outStride: usize, length: usize, blocks: usize,
): void {
  const tileEnd = tile + (length << 4)
  const unused = blockBytes - length * BLOCK_BYTES
  for (let block: usize = 0; block < blocks; block++) {
    let a0 = v128.load(start), a1 = v128.load(start, 16)
    let b0 = v128.load(start + startStride), b1 = v128.load(start + startStride, 16)
    let c0 = v128.load(start + 2 * startStride), c1 = v128.load(start + 2 * startStride, 16)
    let d0 = v128.load(start + 3 * startStride), d1 = v128.load(start + 3 * startStride, 16)
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
    storeBlock(out + outStride, b0, b1)
    storeBlock(out + 2 * outStride, c0, c1)
    storeBlock(out + 3 * outStride, d0, d1)
    start += BLOCK_BYTES
    out += BLOCK_BYTES
    weights += unused
  }
}

/**
 * One row: four blocks at a time, because the sums of one block alone would wait for one another, and two k in a round,
 * because V8 leaves a loop of this size as it is. Where fewer blocks are left, the last one is computed again in the
 * place of those missing, with the same result. All sums are read before any is written, so that `out` may be `start`.
 */
function multiplyRow(
  row: usize, weights: usize, blockBytes: usize, start: usize, out: usize, length: usize, blocks: usize,
): void {
  const rowEnd = row + (length << 2)
  const last = blocks - 1
  for (let block: usize = 0; block < blocks; block += 4) {
    const second = min(block + 1, last)
    const third = min(block + 2, last)
    const fourth = min(block + 3, last)
    let a = weights + block * blockBytes
    let b = weights + second * blockBytes
    let c = weights + third * blockBytes
    let d = weights + fourth * blockBytes
    const startA = start + block * BLOCK_BYTES
    const startB = start + second * BLOCK_BYTES
    const startC = start + third * BLOCK_BYTES
    const startD = start + fourth * BLOCK_BYTES
    let a0 = v128.load(startA), a1 = v128.load(startA, 16)
    let b0 = v128.load(startB), b1 = v128.load(startB, 16)
    let c0 = v128.load(startC), c1 = v128.load(startC, 16)
    let d0 = v128.load(startD), d1 = v128.load(startD, 16)
    for (let values = row; values < rowEnd; values += 8) {
      const x = v128.load32_splat(values)
      a0 = f32x4.add(a0, f32x4.mul(v128.load(a), x))
      a1 = f32x4.add(a1, f32x4.mul(v128.load(a, 16), x))
      b0 = f32x4.add(b0, f32x4.mul(v128.load(b), x))
      b1 = f32x4.add(b1, f32x4.mul(v128.load(b, 16), x))
      c0 = f32x4.add(c0, f32x4.mul(v128.load(c), x))
      c1 = f32x4.add(c1, f32x4.mul(v128.load(c, 16), x))
      d0 = f32x4.add(d0, f32x4.mul(v128.load(d), x))
      d1 = f32x4.add(d1, f32x4.mul(v128.load(d, 16), x))
      const y = v128.load32_splat(values, 4)
      a0 = f32x4.add(a0, f32x4.mul(v128.load(a, 32), y))
      a1 = f32x4.add(a1, f32x4.mul(v128.load(a, 48), y))
      b0 = f32x4.add(b0, f32x4.mul(v128.load(b, 32), y))
      b1 = f32x4.add(b1, f32x4.mul(v128.load(b, 48), y))
      c0 = f32x4.add(c0, f32x4.mul(v128.load(c, 32), y))
      c1 = f32x4.add(c1, f32x4.mul(v128.load(c, 48), y))
      d0 = f32x4.add(d0, f32x4.mul(v128.load(d, 32), y))
      d1 = f32x4.add(d1, f32x4.mul(v128.load(d, 48), y))
      a += 2 * BLOCK_BYTES
      b += 2 * BLOCK_BYTES
      c += 2 * BLOCK_BYTES
      d += 2 * BLOCK_BYTES
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
