// Products of transposed matrices, added to what is there: the gradients of weights are sums over rows of
// (∂loss/∂sum of an output) times (value that the weight read).

/**
 * out[i][j] += Σ_n left[n][i] * right[n][j], in rising n.
 * @param leftStride,rightStride bytes from one n to the next
 * @param out [rows][columns], rows a multiple of 4, columns of 8
 */
export function accumulate(
  left: usize, leftStride: usize, right: usize, rightStride: usize, count: usize,
  out: usize, rows: usize, columns: usize,
): void {
  const outStride = columns << 2
  for (let i: usize = 0; i < rows; i += 4) {
    for (let j: usize = 0; j < columns; j += 8) {
      const at = out + i * outStride + (j << 2)
      accumulateTile(left + (i << 2), leftStride, right + (j << 2), rightStride, count, at, outStride)
    }
  }
}

function accumulateTile(
  left: usize, leftStride: usize, right: usize, rightStride: usize, count: usize, out: usize, outStride: usize,
): void {
  let a0 = v128.load(out), a1 = v128.load(out, 16)
  let b0 = v128.load(out + outStride), b1 = v128.load(out + outStride, 16)
  let c0 = v128.load(out + 2 * outStride), c1 = v128.load(out + 2 * outStride, 16)
  let d0 = v128.load(out + 3 * outStride), d1 = v128.load(out + 3 * outStride, 16)
  for (const end = right + count * rightStride; right < end; right += rightStride, left += leftStride) {
    const r0 = v128.load(right)
    const r1 = v128.load(right, 16)
    const a = v128.load32_splat(left)
    a0 = f32x4.add(a0, f32x4.mul(r0, a))
    a1 = f32x4.add(a1, f32x4.mul(r1, a))
    const b = v128.load32_splat(left, 4)
    b0 = f32x4.add(b0, f32x4.mul(r0, b))
    b1 = f32x4.add(b1, f32x4.mul(r1, b))
    const c = v128.load32_splat(left, 8)
    c0 = f32x4.add(c0, f32x4.mul(r0, c))
    c1 = f32x4.add(c1, f32x4.mul(r1, c))
    const d = v128.load32_splat(left, 12)
    d0 = f32x4.add(d0, f32x4.mul(r0, d))
    d1 = f32x4.add(d1, f32x4.mul(r1, d))
  }
  v128.store(out, a0)
  v128.store(out, a1, 16)
  v128.store(out + outStride, b0)
  v128.store(out + outStride, b1, 16)
  v128.store(out + 2 * outStride, c0)
  v128.store(out + 2 * outStride, c1, 16)
  v128.store(out + 3 * outStride, d0)
  v128.store(out + 3 * outStride, d1, 16)
}

/** out[i] += Σ_n rows[n][i], in rising n. @param length a multiple of 4 */
export function accumulateRows(rows: usize, stride: usize, count: usize, out: usize, length: usize): void {
  for (const end = out + (length << 2); out < end; out += 16, rows += 16) {
    let sum = v128.load(out)
    for (let n: usize = 0, at = rows; n < count; n++, at += stride) sum = f32x4.add(sum, v128.load(at))
    v128.store(out, sum)
  }
}
