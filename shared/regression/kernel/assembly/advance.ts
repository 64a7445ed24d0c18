import { takeUp } from './covariance'
import { readLeads, stepFastLeads, stepLeads } from './leads'
import { Model } from './model'

const FEATURE_MAX: f32 = 30

/**
 * One sample of each of `count` slots.
 * @param calls by slot an index (f64), then as 32 bits each: address of the slot, value, whether it learns, skipped indices
 *   (at most the leads): 24 bytes
 * @param rows [count][model.features], zero in the padding; clipped in place
 * @param anchors [count][model.leads]; becomes the forecasts
 * @param fast [count][model.fastLeads] receives what the fast leads add to their anchors
 */
export function advance(model: Model, calls: usize, rows: usize, anchors: usize, fast: usize, count: usize): void {
  const width = model.features << 2
  const leads = model.leads << 2
  const fastLeads = model.fastLeads << 2
  for (; count > 0; count--) {
    const index = load<f64>(calls)
    if (index != model.placesOf) findPlaces(model, index)
    clip(rows, width)
    advanceSlot(
      model, load<usize>(calls, 8), load<f32>(calls, 12), load<u32>(calls, 16) != 0, load<usize>(calls, 20), rows, anchors,
      fast,
    )
    calls += 24
    rows += width
    anchors += leads
    fast += fastLeads
  }
}

function advanceSlot(
  model: Model, slot: usize, value: f32, learns: bool, skipped: usize, x: usize, anchors: usize, fast: usize,
): void {
  const width = model.features << 2
  const depth = model.realLeads
  // The longest lead's anchors lie by the index mod their number, and so do gains and rows.
  const place = load<u32>(model.places + ((depth - 1) << 2))
  for (let back: usize = 1; back <= skipped; back++) {
    const origin = place >= back ? place - back : place + depth - back
    memory.fill(slot + model.gains + origin * width, 0, width)
  }
  exchangeAnchors(model, slot, anchors)
  const gain = slot + model.gains + place * width
  if (learns) {
    // The longest lead learns by the gain that the new one replaces: P first, the gain aside until all have learned.
    takeUp(model, slot, x, model.product)
    for (let lead: usize = 0; lead < model.leads; lead += 4) {
      addTo(anchors + (lead << 2), stepLeads(model, slot, lead, place, value, x))
    }
    for (let lead: usize = 0; lead < model.fastLeads; lead += 4) {
      v128.store(fast + (lead << 2), stepFastLeads(model, slot, lead, place, value, x))
    }
    memory.copy(gain, model.product, width)
    if (model.fastLeads > 0) store<f32>(slot + model.fastScales + (place << 2), model.fastScale)
  } else {
    for (let lead: usize = 0; lead < model.leads; lead += 4) {
      addTo(anchors + (lead << 2), readLeads(model, slot + model.weights, lead, x))
    }
    for (let lead: usize = 0; lead < model.fastLeads; lead += 4) {
      v128.store(fast + (lead << 2), readLeads(model, slot + model.fastWeights, lead, x))
    }
    memory.fill(gain, 0, width)
  }
  memory.copy(slot + model.rows + place * width, x, width)
}

/** The anchors that mature go to `model.matured`, the new ones take their places. */
function exchangeAnchors(model: Model, slot: usize, anchors: usize): void {
  let ring = slot + model.anchors
  for (let lead: usize = 0; lead < model.realLeads; lead++) {
    const at = ring + (load<u32>(model.places + (lead << 2)) << 2)
    store<f32>(model.matured + (lead << 2), load<f32>(at))
    store<f32>(at, load<f32>(anchors + (lead << 2)))
    ring += (lead + 1) << 2
  }
}

/** The index mod 1, 2, ... of the leads. A batch mostly has one index, so this is seldom done. */
function findPlaces(model: Model, index: f64): void {
  for (let lead: usize = 0; lead < model.realLeads; lead++) {
    const length = <f64>(lead + 1)
    // Exact while the index is a whole number below 2^53 and the quotient is not off by more than one.
    let rest = index - length * floor(index / length)
    if (rest < 0) rest += length
    if (rest >= length) rest -= length
    store<u32>(model.places + (lead << 2), <u32>rest)
  }
  model.placesOf = index
}

/** What is not a number counts as 0. */
function clip(row: usize, bytes: usize): void {
  const most = f32x4.splat(FEATURE_MAX)
  const least = f32x4.splat(-FEATURE_MAX)
  for (const end = row + bytes; row < end; row += 16) {
    const x = v128.load(row)
    v128.store(row, f32x4.pmax(least, f32x4.pmin(most, v128.and(x, f32x4.eq(x, x)))))
  }
}

// @ts-ignore: decorator
@inline
function addTo(at: usize, more: v128): void {
  v128.store(at, f32x4.add(v128.load(at), more))
}
