// Four values at a time, in plain (not relaxed) SIMD: the same bits on every machine.
// e^x and ln x: range reductions and polynomials of expf and logf in S. L. Moshier, Cephes Mathematical Library 2.2 (1992).
// tanh x: the rational function of degree 13 over 6 that Eigen's `generic_fast_tanh_float` uses.
// Constants lie in memory: one load that spreads a number is cheaper than the four instructions that V8 builds it with.

// @ts-ignore: decorator
@inline
function constant(at: usize): v128 {
  return v128.load32_splat(at)
}

const ONE = memory.data<f32>([1.0])
/** Adding 1.5 * 2^23 rounds a float to an integer, to even, and leaves that integer in the low bits. */
const ROUND = memory.data<f32>([12582912.0])
/** e^±87 is still a normal number, so that no denormal ever slows or blurs the gates. */
const EXPONENT_MAX = memory.data<f32>([87.0])
const EXPONENT_MIN = memory.data<f32>([-87.0])
const LOG2_E = memory.data<f32>([1.44269504088896341])
/** ln 2 in two parts: the first has few bits, so that its product with a small integer is exact. */
const LN2_HIGH = memory.data<f32>([0.693359375])
const LN2_LOW = memory.data<f32>([-2.12194440e-4])

const EXP_0 = memory.data<f32>([5.0000001201e-1])
const EXP_1 = memory.data<f32>([1.6666665459e-1])
const EXP_2 = memory.data<f32>([4.1665795894e-2])
const EXP_3 = memory.data<f32>([8.3334519073e-3])
const EXP_4 = memory.data<f32>([1.3981999507e-3])
const EXP_5 = memory.data<f32>([1.9875691500e-4])

/** e^x, held at its values for ±87 beyond them; relative error below 2e-7. */
// @ts-ignore: decorator
@inline
export function exponential(value: v128): v128 {
  const x = f32x4.pmax(f32x4.pmin(value, constant(EXPONENT_MAX)), constant(EXPONENT_MIN))
  const shifted = f32x4.add(f32x4.mul(x, constant(LOG2_E)), constant(ROUND))
  const n = f32x4.sub(shifted, constant(ROUND))
  let r = f32x4.sub(x, f32x4.mul(n, constant(LN2_HIGH)))
  r = f32x4.sub(r, f32x4.mul(n, constant(LN2_LOW)))
  let p = constant(EXP_5)
  p = f32x4.add(f32x4.mul(p, r), constant(EXP_4))
  p = f32x4.add(f32x4.mul(p, r), constant(EXP_3))
  p = f32x4.add(f32x4.mul(p, r), constant(EXP_2))
  p = f32x4.add(f32x4.mul(p, r), constant(EXP_1))
  p = f32x4.add(f32x4.mul(p, r), constant(EXP_0))
  p = f32x4.add(f32x4.add(f32x4.mul(p, f32x4.mul(r, r)), r), constant(ONE))
  return i32x4.add(p, i32x4.shl(shifted, 23))
}

/** 1 / (1 + e^-x); relative error below 4e-7 for x >= -87, and 1.7e-38 for all below. */
// @ts-ignore: decorator
@inline
export function sigmoid(x: v128): v128 {
  const one = constant(ONE)
  return f32x4.div(one, f32x4.add(one, exponential(f32x4.neg(x))))
}

const TANH_MAX = memory.data<f32>([7.90531110763549805])
const TANH_MIN = memory.data<f32>([-7.90531110763549805])
const TANH_1 = memory.data<f32>([4.89352455891786e-3])
const TANH_3 = memory.data<f32>([6.37261928875436e-4])
const TANH_5 = memory.data<f32>([1.48572235717979e-5])
const TANH_7 = memory.data<f32>([5.12229709037114e-8])
const TANH_9 = memory.data<f32>([-8.60467152213735e-11])
const TANH_11 = memory.data<f32>([2.00018790482477e-13])
const TANH_13 = memory.data<f32>([-2.76076847742355e-16])
const TANH_BELOW_0 = memory.data<f32>([4.89352518554385e-3])
const TANH_BELOW_2 = memory.data<f32>([2.26843463243900e-3])
const TANH_BELOW_4 = memory.data<f32>([1.18534705686654e-4])
const TANH_BELOW_6 = memory.data<f32>([1.19825839466702e-6])

/** tanh x; relative error below 4e-7; odd; never beyond ±1. */
// @ts-ignore: decorator
@inline
export function hyperbolicTangent(value: v128): v128 {
  const x = f32x4.pmax(f32x4.pmin(value, constant(TANH_MAX)), constant(TANH_MIN))
  const square = f32x4.mul(x, x)
  let p = constant(TANH_13)
  p = f32x4.add(f32x4.mul(p, square), constant(TANH_11))
  p = f32x4.add(f32x4.mul(p, square), constant(TANH_9))
  p = f32x4.add(f32x4.mul(p, square), constant(TANH_7))
  p = f32x4.add(f32x4.mul(p, square), constant(TANH_5))
  p = f32x4.add(f32x4.mul(p, square), constant(TANH_3))
  p = f32x4.add(f32x4.mul(p, square), constant(TANH_1))
  let q = constant(TANH_BELOW_6)
  q = f32x4.add(f32x4.mul(q, square), constant(TANH_BELOW_4))
  q = f32x4.add(f32x4.mul(q, square), constant(TANH_BELOW_2))
  q = f32x4.add(f32x4.mul(q, square), constant(TANH_BELOW_0))
  return f32x4.div(f32x4.mul(x, p), q)
}

const SQRT_HALF = memory.data<f32>([0.707106781186547524])
const LOG_0 = memory.data<f32>([3.3333331174e-1])
const LOG_1 = memory.data<f32>([-2.4999993993e-1])
const LOG_2 = memory.data<f32>([2.0000714765e-1])
const LOG_3 = memory.data<f32>([-1.6668057665e-1])
const LOG_4 = memory.data<f32>([1.4249322787e-1])
const LOG_5 = memory.data<f32>([-1.2420140846e-1])
const LOG_6 = memory.data<f32>([1.1676998740e-1])
const LOG_7 = memory.data<f32>([-1.1514610310e-1])
const LOG_8 = memory.data<f32>([7.0376836292e-2])

/** ln x of a normal number above 0; relative error below 2e-7. */
// @ts-ignore: decorator
@inline
export function logarithm(x: v128): v128 {
  const one = constant(ONE)
  // x = m * 2^e with m in [0.5, 1), then in [√0.5, √2).
  const mantissa = v128.or(v128.and(x, i32x4.splat(0x007fffff)), i32x4.splat(0x3f000000))
  const small = f32x4.lt(mantissa, constant(SQRT_HALF))
  let e = f32x4.convert_i32x4_s(i32x4.sub(i32x4.shr_u(x, 23), i32x4.splat(126)))
  e = f32x4.sub(e, v128.and(small, one))
  const m = f32x4.add(f32x4.sub(mantissa, one), v128.and(small, mantissa))
  const square = f32x4.mul(m, m)
  let p = constant(LOG_8)
  p = f32x4.add(f32x4.mul(p, m), constant(LOG_7))
  p = f32x4.add(f32x4.mul(p, m), constant(LOG_6))
  p = f32x4.add(f32x4.mul(p, m), constant(LOG_5))
  p = f32x4.add(f32x4.mul(p, m), constant(LOG_4))
  p = f32x4.add(f32x4.mul(p, m), constant(LOG_3))
  p = f32x4.add(f32x4.mul(p, m), constant(LOG_2))
  p = f32x4.add(f32x4.mul(p, m), constant(LOG_1))
  p = f32x4.add(f32x4.mul(p, m), constant(LOG_0))
  p = f32x4.mul(f32x4.mul(p, square), m)
  p = f32x4.add(p, f32x4.mul(e, constant(LN2_LOW)))
  p = f32x4.sub(p, f32x4.mul(square, f32x4.splat(0.5)))
  return f32x4.add(f32x4.add(m, p), f32x4.mul(e, constant(LN2_HIGH)))
}
