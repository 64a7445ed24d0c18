/**
 * `rows` rows, 1 or 4, each at the address in `addresses` plus `offset`, into [length][rows].
 * @param length floats, a multiple of 4
 */
export function gather(addresses: usize, offset: usize, rows: usize, to: usize, length: usize): void {
  const a: usize = load<usize>(addresses) + offset
  if (rows == 1) return copyRow(a, to, length)
  interleaveRows(
    a, load<usize>(addresses, 4) + offset, load<usize>(addresses, 8) + offset, load<usize>(addresses, 12) + offset,
    to, length,
  )
}

/** The same for rows that lie `stride` bytes apart. */
export function gatherSpaced(first: usize, stride: usize, rows: usize, to: usize, length: usize): void {
  if (rows == 1) return copyRow(first, to, length)
  interleaveRows(first, first + stride, first + 2 * stride, first + 3 * stride, to, length)
}

/** `length` (a multiple of 4) floats from one place to another. */
export function copyRow(from: usize, to: usize, length: usize): void {
  const end = from + (length << 2)
  for (; from < end; from += 16, to += 16) v128.store(to, v128.load(from))
}

function interleaveRows(a: usize, b: usize, c: usize, d: usize, tile: usize, length: usize): void {
  const end = a + (length << 2)
  while (a < end) {
    const va = v128.load(a)
    const vb = v128.load(b)
    const vc = v128.load(c)
    const vd = v128.load(d)
    const ab = v128.shuffle<f32>(va, vb, 0, 4, 1, 5)
    const cd = v128.shuffle<f32>(vc, vd, 0, 4, 1, 5)
    const abHigh = v128.shuffle<f32>(va, vb, 2, 6, 3, 7)
    const cdHigh = v128.shuffle<f32>(vc, vd, 2, 6, 3, 7)
    v128.store(tile, v128.shuffle<f32>(ab, cd, 0, 1, 4, 5))
    v128.store(tile, v128.shuffle<f32>(ab, cd, 2, 3, 6, 7), 16)
    v128.store(tile, v128.shuffle<f32>(abHigh, cdHigh, 0, 1, 4, 5), 32)
    v128.store(tile, v128.shuffle<f32>(abHigh, cdHigh, 2, 3, 6, 7), 48)
    a += 16
    b += 16
    c += 16
    d += 16
    tile += 64
  }
}
