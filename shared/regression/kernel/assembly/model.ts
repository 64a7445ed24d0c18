// What a regression looks like in the kernel's memory. Features F and learned leads H are padded with zeros to 4 each, the
// rings are as deep as the learned leads are many. A slot, in floats:
//
//     4              the coordinate that the ridge is put back to next; three for the caller
//     P              symmetric, by blocks of 4 × 4 on and right of the diagonal, block rows one after another
//     H F            weights, a row for each lead
//     H F            gains by origin, at the origin's index mod the unpadded H
//     H F            rows by origin, at the same place
//     H (H + 1) / 2  anchors by lead, h of them for lead h, at the origin's index mod h: as the index of the target is the
//                    origin's plus h, a new origin's anchor takes the place of the one that matures with it
//     and of a regression with fast leads, F' of them padded to 4:
//     F' F           their weights
//     H              how much larger their gain of an origin is, at its place
//     2              what has been learned from, in samples, as the forgetting and the fast one count them

import { reserve } from '../../../recurrent/kernel/assembly/memory'

export const HEADER_BYTES: usize = 16

// @ts-ignore: decorator
@unmanaged
export class Model {
  /** Padded. */
  features: usize
  realFeatures: usize
  /** Padded. */
  leads: usize
  realLeads: usize
  /** 1 / λ. */
  growth: f32
  forgetting: f32
  /** Diagonal of P at the start. */
  start: f32
  /** What the pseudo-observation of a coordinate weighs: ridge F (1 - λ). */
  injection: f32
  /** From the start of a slot. */
  weights: usize
  gains: usize
  rows: usize
  anchors: usize
  bytes: usize
  /** Of `features` floats each: P x, and the two vectors whose squares leave P in a step. */
  product: usize
  shrink: usize
  pull: usize
  /** Gain of the pseudo-observation. */
  pullGain: usize
  /** [leads] what matures, and by the last index where each lead's anchor lies. */
  matured: usize
  places: usize
  placesOf: f64
  /** The coordinate that `pullGain` pulls towards 0. */
  pulled: usize
  /** Padded; 0 where there are none. */
  fastLeads: usize
  fastForgetting: f32
  fastWeights: usize
  fastScales: usize
  masses: usize
  /** λ + x'Px of the row just taken up. */
  divisor: f32
  /** Of it: the gain of the fast leads over that of the others. */
  fastScale: f32
}

/** @returns the address of the model, 0 when there is no room */
export function createModel(
  features: usize, leads: usize, forgetting: f64, ridge: f64, fastLeads: usize, fastForgetting: f64,
): Model {
  const at = reserve(offsetof<Model>())
  if (at == 0) return changetype<Model>(at)
  const model = changetype<Model>(at)
  const width = (features + 3) & ~3
  model.features = width
  model.realFeatures = features
  model.leads = (leads + 3) & ~3
  model.realLeads = leads
  model.growth = <f32>(1 / forgetting)
  model.forgetting = <f32>forgetting
  model.start = <f32>(1 / ridge)
  model.injection = <f32>(ridge * <f64>features * (1 - forgetting))
  const blocks = width >> 2
  const ring = leads * width * 4
  model.weights = HEADER_BYTES + ((blocks * (blocks + 1)) >> 1) * 64
  model.gains = model.weights + model.leads * width * 4
  model.rows = model.gains + ring
  model.anchors = model.rows + ring
  model.fastLeads = (fastLeads + 3) & ~3
  model.fastForgetting = <f32>fastForgetting
  model.fastWeights = (model.anchors + ((leads * (leads + 1)) >> 1) * 4 + 15) & ~15
  model.fastScales = model.fastWeights + model.fastLeads * width * 4
  model.masses = model.fastScales + leads * 4
  model.bytes = fastLeads == 0 ? model.fastWeights : (model.masses + 8 + 15) & ~15
  model.product = reserve(width * 4)
  model.shrink = reserve(width * 4)
  model.pull = reserve(width * 4)
  model.pullGain = reserve(width * 4)
  model.matured = reserve(model.leads * 4)
  model.places = reserve(model.leads * 4)
  model.placesOf = -1
  return model.places == 0 ? changetype<Model>(0) : model
}

export function slotBytes(model: Model): usize {
  return model.bytes
}

export function clearSlot(model: Model, slot: usize): void {
  memory.fill(slot, 0, model.bytes)
  resetCovariance(model, slot)
}

/** Nothing that is pending is learned. */
export function outdateSlot(model: Model, slot: usize): void {
  memory.fill(slot + model.gains, 0, model.rows - model.gains)
}

/** P to the start's, and nothing that is pending is learned. */
export function resetCovariance(model: Model, slot: usize): void {
  memory.fill(slot + HEADER_BYTES, 0, model.weights - HEADER_BYTES)
  const blocks = model.features >> 2
  const start = model.start
  for (let row: usize = 0, block = slot + HEADER_BYTES; row < blocks; row++) {
    for (let i: usize = 0; i < 4; i++) {
      if ((row << 2) + i < model.realFeatures) store<f32>(block + i * 20, start)
    }
    block += (blocks - row) << 6
  }
  if (model.fastLeads > 0) store<u64>(slot + model.masses, 0)
  outdateSlot(model, slot)
}
