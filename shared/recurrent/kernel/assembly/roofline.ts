/** Floating-point operations in one iteration: 12 chains of 4 lanes, each a product and a sum, four times over. */
export const OPERATIONS: i32 = 12 * 4 * 2 * 4

/**
 * Products and sums wholly in registers: twelve chains of a ← a x + y, enough for the latency of one to pass behind the others,
 * and few enough for the registers that V8 has.
 * @returns a number that depends on all of them, so that none can be left out
 */
export function multiplyAddRoofline(iterations: i32): f32 {
  const x = f32x4.splat(0.999)
  const y = f32x4.splat(0.001)
  let a = f32x4.splat(1.0), b = f32x4.splat(2.0), c = f32x4.splat(3.0), d = f32x4.splat(4.0)
  let e = f32x4.splat(5.0), f = f32x4.splat(6.0), g = f32x4.splat(7.0), h = f32x4.splat(8.0)
  let i = f32x4.splat(9.0), j = f32x4.splat(10.0), k = f32x4.splat(11.0), l = f32x4.splat(12.0)
  for (let left = iterations; left > 0; left--) {
    for (let round = 0; round < 4; round++) {
      a = f32x4.add(f32x4.mul(a, x), y)
      b = f32x4.add(f32x4.mul(b, x), y)
      c = f32x4.add(f32x4.mul(c, x), y)
      d = f32x4.add(f32x4.mul(d, x), y)
      e = f32x4.add(f32x4.mul(e, x), y)
      f = f32x4.add(f32x4.mul(f, x), y)
      g = f32x4.add(f32x4.mul(g, x), y)
      h = f32x4.add(f32x4.mul(h, x), y)
      i = f32x4.add(f32x4.mul(i, x), y)
      j = f32x4.add(f32x4.mul(j, x), y)
      k = f32x4.add(f32x4.mul(k, x), y)
      l = f32x4.add(f32x4.mul(l, x), y)
    }
  }
  const sums = f32x4.add(
    f32x4.add(f32x4.add(a, b), f32x4.add(c, d)),
    f32x4.add(f32x4.add(f32x4.add(e, f), f32x4.add(g, h)), f32x4.add(f32x4.add(i, j), f32x4.add(k, l))),
  )
  return f32x4.extract_lane(sums, 0) + f32x4.extract_lane(sums, 3)
}
