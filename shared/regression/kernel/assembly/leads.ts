import { Model } from './model'
import { sumRows } from './sum-rows'

/** An error beyond this is taken for this, so that weights stay numbers. */
const ERROR_MAX: f32 = 1e18

/** Four leads from `lead` (counted from 0), as `stepWeights`. */
export function stepLeads(model: Model, slot: usize, lead: usize, place: usize, value: f32, x: usize): v128 {
  return stepWeights(model, slot, slot + model.weights, lead, place, value, x, f32x4.splat(1))
}

/** Four fast leads: their gains are larger. The pull is the same, so that it weighs less in what they remember. */
export function stepFastLeads(model: Model, slot: usize, lead: usize, place: usize, value: f32, x: usize): v128 {
  const scales = slot + model.fastScales
  let steps = f32x4.splat(load<f32>(scales + (originOf(model, lead, place) << 2)))
  steps = f32x4.replace_lane(steps, 1, load<f32>(scales + (originOf(model, lead + 1, place) << 2)))
  steps = f32x4.replace_lane(steps, 2, load<f32>(scales + (originOf(model, lead + 2, place) << 2)))
  steps = f32x4.replace_lane(steps, 3, load<f32>(scales + (originOf(model, lead + 3, place) << 2)))
  return stepWeights(model, slot, slot + model.fastWeights, lead, place, value, x, steps)
}

/**
 * The error of what matures, the weights' step by the gain of its origin, the pull towards 0 of one coordinate, and w·x of
 * the new row, of four leads.
 * @param weights of all leads
 * @param place of the new row in the rings
 * @param steps of each lead, over the gain
 * @returns w·x of the four
 */
function stepWeights(
  model: Model, slot: usize, weights: usize, lead: usize, place: usize, value: f32, x: usize, steps: v128,
): v128 {
  const bytes = model.features << 2
  const w0 = weights + lead * bytes
  const w1 = w0 + bytes
  const w2 = w1 + bytes
  const w3 = w2 + bytes
  const r0 = originOf(model, lead, place) * bytes
  const r1 = originOf(model, lead + 1, place) * bytes
  const r2 = originOf(model, lead + 2, place) * bytes
  const r3 = originOf(model, lead + 3, place) * bytes
  const rows = slot + model.rows
  let a = f32x4.splat(0), b = a, c = a, d = a
  for (let i: usize = 0; i < bytes; i += 16) {
    a = f32x4.add(a, f32x4.mul(v128.load(w0 + i), v128.load(rows + r0 + i)))
    b = f32x4.add(b, f32x4.mul(v128.load(w1 + i), v128.load(rows + r1 + i)))
    c = f32x4.add(c, f32x4.mul(v128.load(w2 + i), v128.load(rows + r2 + i)))
    d = f32x4.add(d, f32x4.mul(v128.load(w3 + i), v128.load(rows + r3 + i)))
  }
  const gains = slot + model.gains
  const issued = f32x4.add(v128.load(model.matured + (lead << 2)), sumRows(a, b, c, d))
  const e = f32x4.mul(steps, bounded(f32x4.sub(f32x4.splat(value), issued)))
  const e0 = f32x4.splat(f32x4.extract_lane(e, 0)), e1 = f32x4.splat(f32x4.extract_lane(e, 1))
  const e2 = f32x4.splat(f32x4.extract_lane(e, 2)), e3 = f32x4.splat(f32x4.extract_lane(e, 3))
  const at = model.pulled << 2
  const g0 = f32x4.splat(load<f32>(w0 + at) + load<f32>(gains + r0 + at) * f32x4.extract_lane(e, 0))
  const g1 = f32x4.splat(load<f32>(w1 + at) + load<f32>(gains + r1 + at) * f32x4.extract_lane(e, 1))
  const g2 = f32x4.splat(load<f32>(w2 + at) + load<f32>(gains + r2 + at) * f32x4.extract_lane(e, 2))
  const g3 = f32x4.splat(load<f32>(w3 + at) + load<f32>(gains + r3 + at) * f32x4.extract_lane(e, 3))
  const pull = model.pullGain
  a = f32x4.splat(0), b = a, c = a, d = a
  for (let i: usize = 0; i < bytes; i += 16) {
    const p = v128.load(pull + i)
    const value = v128.load(x + i)
    const v0 = f32x4.sub(f32x4.add(v128.load(w0 + i), f32x4.mul(v128.load(gains + r0 + i), e0)), f32x4.mul(p, g0))
    v128.store(w0 + i, v0)
    a = f32x4.add(a, f32x4.mul(v0, value))
    const v1 = f32x4.sub(f32x4.add(v128.load(w1 + i), f32x4.mul(v128.load(gains + r1 + i), e1)), f32x4.mul(p, g1))
    v128.store(w1 + i, v1)
    b = f32x4.add(b, f32x4.mul(v1, value))
    const v2 = f32x4.sub(f32x4.add(v128.load(w2 + i), f32x4.mul(v128.load(gains + r2 + i), e2)), f32x4.mul(p, g2))
    v128.store(w2 + i, v2)
    c = f32x4.add(c, f32x4.mul(v2, value))
    const v3 = f32x4.sub(f32x4.add(v128.load(w3 + i), f32x4.mul(v128.load(gains + r3 + i), e3)), f32x4.mul(p, g3))
    v128.store(w3 + i, v3)
    d = f32x4.add(d, f32x4.mul(v3, value))
  }
  return sumRows(a, b, c, d)
}

/**
 * w·x of four leads from `lead`, which learn nothing.
 * @param all their weights and those of the leads before
 */
export function readLeads(model: Model, all: usize, lead: usize, x: usize): v128 {
  const bytes = model.features << 2
  const weights = all + lead * bytes
  let a = f32x4.splat(0), b = a, c = a, d = a
  for (let i: usize = 0; i < bytes; i += 16) {
    const value = v128.load(x + i)
    a = f32x4.add(a, f32x4.mul(v128.load(weights + i), value))
    b = f32x4.add(b, f32x4.mul(v128.load(weights + bytes + i), value))
    c = f32x4.add(c, f32x4.mul(v128.load(weights + 2 * bytes + i), value))
    d = f32x4.add(d, f32x4.mul(v128.load(weights + 3 * bytes + i), value))
  }
  return sumRows(a, b, c, d)
}

/** Where in the rings the origin lies whose lead (counted from 0) matures now. Leads of the padding take any. */
// @ts-ignore: decorator
@inline
function originOf(model: Model, lead: usize, place: usize): usize {
  const depth = model.realLeads
  const back = min(lead + 1, depth)
  return place >= back ? place - back : place + depth - back
}

/** Not a number counts as 0. */
// @ts-ignore: decorator
@inline
function bounded(e: v128): v128 {
  const number = v128.and(e, f32x4.eq(e, e))
  return f32x4.pmax(f32x4.splat(-ERROR_MAX), f32x4.pmin(f32x4.splat(ERROR_MAX), number))
}
