/** Four rows, each at its own address and `length` (a multiple of 4) long, into a tile [length][4]. */
export function interleaveRows(a: usize, b: usize, c: usize, d: usize, tile: usize, length: usize): void {
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

/** `length` (a multiple of 4) floats from one place to another. */
export function copyRow(from: usize, to: usize, length: usize): void {
  const end = from + (length << 2)
  for (; from < end; from += 16, to += 16) v128.store(to, v128.load(from))
}
