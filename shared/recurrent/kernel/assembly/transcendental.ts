// Four values at a time, in plain (not relaxed) SIMD: the same bits on every machine.
// Range reductions and polynomials of expf and tanhf: S. L. Moshier, Cephes Mathematical Library 2.2 (1992).

// Adding 1.5 * 2^23 rounds a float to an integer, to even, and leaves that integer in the low bits.
const ROUND: f32 = 12582912.0
// e^±87 is still a normal number, so that no denormal ever slows or blurs the gates.
const EXPONENT_MAX: f32 = 87.0

/** e^x for |x| <= 87; relative error below 2e-7. */
// @ts-ignore: decorator
@inline
function exponentialInRange(x: v128): v128 {
  const shifted = f32x4.add(f32x4.mul(x, f32x4.splat(1.44269504088896341)), f32x4.splat(ROUND))
  const n = f32x4.sub(shifted, f32x4.splat(ROUND))
  // ln 2 in two parts: the first has few bits, so that its product with n is exact.
  let r = f32x4.sub(x, f32x4.mul(n, f32x4.splat(0.693359375)))
  r = f32x4.add(r, f32x4.mul(n, f32x4.splat(2.12194440e-4)))
  let p = f32x4.splat(1.9875691500e-4)
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.3981999507e-3))
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(8.3334519073e-3))
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(4.1665795894e-2))
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.6666665459e-1))
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(5.0000001201e-1))
  p = f32x4.add(f32x4.add(f32x4.mul(p, f32x4.mul(r, r)), r), f32x4.splat(1.0))
  return i32x4.add(p, i32x4.shl(shifted, 23))
}

/** e^x, held at its values for ±87 beyond them. */
// @ts-ignore: decorator
@inline
export function exponential(x: v128): v128 {
  return exponentialInRange(
    f32x4.pmax(f32x4.pmin(x, f32x4.splat(EXPONENT_MAX)), f32x4.splat(-EXPONENT_MAX)),
  )
}

/** 1 / (1 + e^-x); relative error below 4e-7 for x >= -87, and 1.7e-38 for all below. */
// @ts-ignore: decorator
@inline
export function sigmoid(x: v128): v128 {
  return f32x4.div(f32x4.splat(1.0), f32x4.add(f32x4.splat(1.0), exponential(f32x4.neg(x))))
}

/** tanh x; relative error below 4e-7; odd. */
// @ts-ignore: decorator
@inline
export function hyperbolicTangent(x: v128): v128 {
  const magnitude = f32x4.abs(x)
  const square = f32x4.mul(x, x)
  let p = f32x4.splat(-5.70498872745e-3)
  p = f32x4.add(f32x4.mul(p, square), f32x4.splat(2.06390887954e-2))
  p = f32x4.sub(f32x4.mul(p, square), f32x4.splat(5.37397155531e-2))
  p = f32x4.add(f32x4.mul(p, square), f32x4.splat(1.33314422036e-1))
  p = f32x4.sub(f32x4.mul(p, square), f32x4.splat(3.33332819422e-1))
  const near = f32x4.add(f32x4.mul(f32x4.mul(p, square), x), x)
  const doubled = f32x4.pmin(f32x4.add(magnitude, magnitude), f32x4.splat(EXPONENT_MAX))
  const grown = f32x4.add(exponentialInRange(doubled), f32x4.splat(1.0))
  const far = f32x4.sub(f32x4.splat(1.0), f32x4.div(f32x4.splat(2.0), grown))
  const signed = v128.bitselect(x, far, f32x4.splat(-0.0))
  return v128.bitselect(near, signed, f32x4.lt(magnitude, f32x4.splat(0.625)))
}
