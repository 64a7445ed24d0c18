import { HEADER_BYTES, Model, resetCovariance } from './model'
import { addLanes, sumRows } from './sum-rows'

const MOST: f32 = 1e30

/**
 * Take a row up into P, and put the ridge of one coordinate back that forgetting has taken away. Starts P anew when it has
 * lost its meaning. Leaves the row's gain at `gain` and that of the pseudo-observation at `model.pullGain`.
 */
export function takeUp(model: Model, slot: usize, x: usize, gain: usize): void {
  const coordinate = <usize>load<f32>(slot)
  if (!prepare(model, slot, x, gain, coordinate)) {
    resetCovariance(model, slot)
    prepare(model, slot, x, gain, coordinate)
  }
  shrinkCovariance(model, slot)
  if (model.fastLeads > 0) scaleFastGain(model, slot)
  model.pulled = coordinate
  store<f32>(slot, coordinate + 1 < model.realFeatures ? <f32>(coordinate + 1) : 0)
}

/** @returns false, with P as it was, when P is no covariance any more */
function prepare(model: Model, slot: usize, x: usize, gain: usize, coordinate: usize): bool {
  const bytes = model.features << 2
  const u = model.product
  multiplyCovariance(model, slot, x, u)
  const q = model.forgetting + dot(x, u, bytes)
  // Not a number fails both.
  if (!(q >= <f32>0.999 * model.forgetting && q <= MOST)) return false
  model.divisor = q
  const perGain = f32x4.splat(<f32>1 / q)
  const perShrink = f32x4.splat(sqrt(model.growth / q))
  for (let i: usize = 0; i < bytes; i += 16) {
    const value = v128.load(u + i)
    v128.store(gain + i, f32x4.mul(value, perGain))
    v128.store(model.shrink + i, f32x4.mul(value, perShrink))
  }
  // The coordinate's column as P will be after the row.
  const pull = model.pull
  copyColumn(model, slot, coordinate, pull)
  const growth = f32x4.splat(model.growth)
  const own = f32x4.splat(load<f32>(model.shrink + (coordinate << 2)))
  for (let i: usize = 0; i < bytes; i += 16) {
    const grown = f32x4.mul(v128.load(pull + i), growth)
    v128.store(pull + i, f32x4.sub(grown, f32x4.mul(v128.load(model.shrink + i), own)))
  }
  const c = model.injection
  const d = <f32>1 + c * load<f32>(pull + (coordinate << 2))
  if (!(d >= <f32>0.999 && d <= MOST)) return false
  const perPullGain = f32x4.splat(c / d)
  const perPull = f32x4.splat(sqrt(c / d))
  for (let i: usize = 0; i < bytes; i += 16) {
    const value = v128.load(pull + i)
    v128.store(model.pullGain + i, f32x4.mul(value, perPullGain))
    v128.store(pull + i, f32x4.mul(value, perPull))
  }
  return true
}

/**
 * With a shorter memory P would be larger by c, about the quotient of what both have learned from; its gain c u / (λ' + c x'u) is
 * then this multiple of u / (λ + x'u). So fast leads need no covariance of their own.
 */
function scaleFastGain(model: Model, slot: usize): void {
  const masses = slot + model.masses
  const mass = model.forgetting * load<f32>(masses) + 1
  const fastMass = model.fastForgetting * load<f32>(masses, 4) + 1
  store<f32>(masses, mass)
  store<f32>(masses, fastMass, 4)
  const c = mass / fastMass
  const q = model.divisor
  model.fastScale = (c * q) / (model.fastForgetting + c * (q - model.forgetting))
}

/** out = P x: each block also stands for its mirror image. */
function multiplyCovariance(model: Model, slot: usize, x: usize, out: usize): void {
  const bytes = model.features << 2
  memory.fill(out, 0, bytes)
  let block = slot + HEADER_BYTES
  for (let row: usize = 0; row < bytes; row += 16) {
    const own = v128.load(x + row)
    const x0 = v128.shuffle<f32>(own, own, 0, 0, 0, 0), x1 = v128.shuffle<f32>(own, own, 1, 1, 1, 1)
    const x2 = v128.shuffle<f32>(own, own, 2, 2, 2, 2), x3 = v128.shuffle<f32>(own, own, 3, 3, 3, 3)
    let a = f32x4.mul(v128.load(block), own), b = f32x4.mul(v128.load(block, 16), own)
    let c = f32x4.mul(v128.load(block, 32), own), d = f32x4.mul(v128.load(block, 48), own)
    block += 64
    for (let column = row + 16; column < bytes; column += 16) {
      const p0 = v128.load(block), p1 = v128.load(block, 16)
      const p2 = v128.load(block, 32), p3 = v128.load(block, 48)
      const other = v128.load(x + column)
      a = f32x4.add(a, f32x4.mul(p0, other))
      b = f32x4.add(b, f32x4.mul(p1, other))
      c = f32x4.add(c, f32x4.mul(p2, other))
      d = f32x4.add(d, f32x4.mul(p3, other))
      const low = f32x4.add(f32x4.mul(p0, x0), f32x4.mul(p1, x1))
      const high = f32x4.add(f32x4.mul(p2, x2), f32x4.mul(p3, x3))
      v128.store(out + column, f32x4.add(v128.load(out + column), f32x4.add(low, high)))
      block += 64
    }
    v128.store(out + row, f32x4.add(v128.load(out + row), sumRows(a, b, c, d)))
  }
}

/** P / λ less the squares of `shrink` and `pull`. Each product commutes, so that the blocks on the diagonal stay symmetric. */
function shrinkCovariance(model: Model, slot: usize): void {
  const bytes = model.features << 2
  const growth = f32x4.splat(model.growth)
  const shrink = model.shrink
  const pull = model.pull
  let block = slot + HEADER_BYTES
  for (let row: usize = 0; row < bytes; row += 16) {
    const s0 = v128.load32_splat(shrink + row), s1 = v128.load32_splat(shrink + row, 4)
    const s2 = v128.load32_splat(shrink + row, 8), s3 = v128.load32_splat(shrink + row, 12)
    const p0 = v128.load32_splat(pull + row), p1 = v128.load32_splat(pull + row, 4)
    const p2 = v128.load32_splat(pull + row, 8), p3 = v128.load32_splat(pull + row, 12)
    for (let column = row; column < bytes; column += 16) {
      const s = v128.load(shrink + column)
      const p = v128.load(pull + column)
      const a = f32x4.sub(f32x4.mul(v128.load(block), growth), f32x4.mul(s0, s))
      v128.store(block, f32x4.sub(a, f32x4.mul(p0, p)))
      const b = f32x4.sub(f32x4.mul(v128.load(block, 16), growth), f32x4.mul(s1, s))
      v128.store(block, f32x4.sub(b, f32x4.mul(p1, p)), 16)
      const c = f32x4.sub(f32x4.mul(v128.load(block, 32), growth), f32x4.mul(s2, s))
      v128.store(block, f32x4.sub(c, f32x4.mul(p2, p)), 32)
      const d = f32x4.sub(f32x4.mul(v128.load(block, 48), growth), f32x4.mul(s3, s))
      v128.store(block, f32x4.sub(d, f32x4.mul(p3, p)), 48)
      block += 64
    }
  }
}

function copyColumn(model: Model, slot: usize, column: usize, out: usize): void {
  const blocks = model.features >> 2
  const own = column >> 2
  const lane = (column & 3) << 2
  let line = slot + HEADER_BYTES
  for (let row: usize = 0; row < own; row++) {
    const block = line + ((own - row) << 6) + lane
    for (let i: usize = 0; i < 4; i++) store<f32>(out + (row << 4) + (i << 2), load<f32>(block + (i << 4)))
    line += (blocks - row) << 6
  }
  for (let other = own; other < blocks; other++) {
    v128.store(out + (other << 4), v128.load(line + ((other - own) << 6) + (lane << 2)))
  }
}

function dot(a: usize, b: usize, bytes: usize): f32 {
  let sum = f32x4.splat(0)
  for (let i: usize = 0; i < bytes; i += 16) sum = f32x4.add(sum, f32x4.mul(v128.load(a + i), v128.load(b + i)))
  return addLanes(sum)
}
