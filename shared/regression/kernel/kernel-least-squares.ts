import { KernelMemory } from '#shared/recurrent/kernel/kernel-memory'
import type { LeastSquares, LeastSquaresBatch, LeastSquaresOptions } from '../least-squares.js'
import { instantiateRegression, type RegressionExports } from './kernel-module.js'
import { SlotArena } from './slot-arena.js'

/** Series that go to the kernel in one call; a larger batch is cut, which changes nothing in any series. */
const CALL_ROWS = 256
const CALL_BYTES = 24
/** Indices up to here are kept in two floats of a slot. */
const INDEX_MAX = 2 ** 48
const HALF = 2 ** 24

/**
 * The regression in WebAssembly SIMD, one instance and one memory each. A slot takes, with features F and learned leads H
 * padded to 4 and H₀ leads unpadded, 4 (4 + F (F + 4) / 2 + H F + 2 H₀ F + H₀ (H₀ + 1) / 2) bytes: 11,072 at F = 25,
 * H = 24. Nothing is allocated in a step.
 * @throws RangeError when an option is out of its range
 * @throws KernelMissingError before the build
 */
export function createLeastSquares(options: LeastSquaresOptions): LeastSquares {
  return new KernelLeastSquares(options)
}

class KernelLeastSquares implements LeastSquares {
  readonly features: number
  readonly leads: number
  readonly leadsLearned: number
  readonly fastLeads: number
  readonly slotBytes: number
  readonly savedLength: number
  private readonly kernel: RegressionExports
  private readonly memory: KernelMemory
  private readonly arena: SlotArena
  private readonly model: number
  private readonly paddedFeatures: number
  private readonly paddedLeads: number
  private readonly calls: number
  private readonly rows: number
  private readonly anchors: number
  private readonly fast: number
  private readonly paddedFastLeads: number
  /** The calls as indices; another array when the memory has grown. */
  private indices: Float64Array = new Float64Array(0)
  /** By slot: the index last advanced to, -1 before the first. */
  private readonly last: number[] = []

  constructor({ features, leads, forgetting, ridge, leadsLearned = leads, fast }: LeastSquaresOptions) {
    for (const size of [features, leads, leadsLearned]) {
      if (!Number.isSafeInteger(size) || size < 1) throw new RangeError(`a size of ${size}: whole, from 1`)
    }
    if (leadsLearned > leads) throw new RangeError(`${leadsLearned} leads learned of ${leads}`)
    if (!(forgetting > 0 && forgetting <= 1)) throw new RangeError(`a forgetting of ${forgetting}: in (0, 1]`)
    if (!(ridge > 0 && ridge < Infinity)) throw new RangeError(`a ridge of ${ridge}: above 0`)
    const fastLeads = fast?.leads ?? 0
    if (!(Number.isSafeInteger(fastLeads) && fastLeads >= 0 && fastLeads <= leadsLearned)) {
      throw new RangeError(`${fastLeads} fast leads of ${leadsLearned}`)
    }
    const fastForgetting = fast?.forgetting ?? forgetting
    if (!(fastForgetting > 0 && fastForgetting <= forgetting)) {
      throw new RangeError(`a fast forgetting of ${fastForgetting}: in (0, ${forgetting}]`)
    }
    this.features = features
    this.leads = leads
    this.fastLeads = fastLeads
    this.paddedFastLeads = Math.ceil(fastLeads / 4) * 4
    this.leadsLearned = leadsLearned
    this.paddedFeatures = Math.ceil(features / 4) * 4
    this.paddedLeads = Math.ceil(leadsLearned / 4) * 4
    this.kernel = instantiateRegression()
    this.memory = new KernelMemory(this.kernel)
    this.calls = this.memory.reserve(CALL_ROWS * CALL_BYTES)
    this.rows = this.memory.reserve(CALL_ROWS * this.paddedFeatures * 4)
    this.anchors = this.memory.reserve(CALL_ROWS * this.paddedLeads * 4)
    this.fast = this.memory.reserve(CALL_ROWS * this.paddedFastLeads * 4)
    const { kernel } = this
    this.model =
      kernel.createModel(features, leadsLearned, forgetting, ridge, fastLeads, fastForgetting) >>> 0
    this.slotBytes = this.kernel.slotBytes(this.model) >>> 0
    this.savedLength = this.slotBytes / 4
    this.arena = new SlotArena(this.memory, this.slotBytes)
  }

  allocate(): number {
    const slot = this.arena.allocate()
    this.clear(slot)
    return slot
  }

  free(slot: number): void {
    this.arena.free(slot)
  }

  clear(slot: number): void {
    this.kernel.clearSlot(this.model, this.arena.addressOf(slot))
    this.last[slot] = -1
  }

  outdate(slot: number): void {
    this.kernel.outdateSlot(this.model, this.arena.addressOf(slot))
  }

  nextIndex(slot: number): number {
    this.arena.addressOf(slot)
    return this.last[slot]! + 1
  }

  advance(batch: LeastSquaresBatch): void {
    const count = batch.count ?? batch.slots.length
    this.check(batch, count)
    for (let first = 0; first < count; first += CALL_ROWS) {
      const rows = Math.min(CALL_ROWS, count - first)
      this.writeCall(batch, first, rows)
      this.kernel.advance(this.model, this.calls, this.rows, this.anchors, this.fast, rows)
      if (batch.out !== undefined) this.readCall(batch.anchors, batch.out, first, rows)
      if (batch.fastOut !== undefined) this.readFast(batch.anchors, batch.fastOut, first, rows)
    }
  }

  save(slot: number, out: Float32Array, at: number): void {
    const start = this.arena.addressOf(slot) >>> 2
    if (out.length < at + this.savedLength) throw new RangeError(`a slot takes ${this.savedLength} floats`)
    out.set(this.memory.floats.subarray(start, start + this.savedLength), at)
    const index = this.last[slot]! + 1
    out[at + 1] = Math.floor(index / HALF)
    out[at + 2] = index % HALF
  }

  restore(slot: number, from: Float32Array, at: number): void {
    const start = this.arena.addressOf(slot) >>> 2
    if (from.length < at + this.savedLength) throw new RangeError(`a slot takes ${this.savedLength} floats`)
    const coordinate = from[at]!
    if (!(Number.isInteger(coordinate) && coordinate >= 0 && coordinate < this.features)) {
      throw new RangeError(`what is restored to slot ${slot} was not saved by a regression of this shape`)
    }
    this.memory.floats.set(from.subarray(at, at + this.savedLength), start)
    this.last[slot] = from[at + 1]! * HALF + from[at + 2]! - 1
  }

  private check(batch: LeastSquaresBatch, count: number): void {
    const { slots, indices, values, learns, rows, anchors, out, fastOut } = batch
    if (
      slots.length < count ||
      indices.length < count ||
      values.length < count ||
      learns.length < count ||
      rows.length < count * this.features ||
      anchors.length < count * this.leads ||
      (out !== undefined && out.length < count * this.leads) ||
      (fastOut !== undefined && fastOut.length < count * this.leads)
    ) {
      throw new RangeError(`an array of the batch holds fewer than ${count} series`)
    }
    for (let i = 0; i < count; i++) {
      const slot = slots[i]!
      const index = indices[i]!
      this.arena.addressOf(slot)
      if (!(Number.isInteger(index) && index > this.last[slot]! && index < INDEX_MAX)) {
        throw new RangeError(`index ${index} of slot ${slot} does not follow ${this.last[slot]}`)
      }
    }
  }

  private writeCall(batch: LeastSquaresBatch, first: number, count: number): void {
    const { floats, addresses } = this.memory
    if (this.indices.buffer !== floats.buffer) {
      this.indices = new Float64Array(floats.buffer, this.calls, CALL_ROWS * 3)
    }
    const { features, leads, leadsLearned } = this
    let call = this.calls >>> 2
    let row = this.rows >>> 2
    let anchor = this.anchors >>> 2
    for (let i = first; i < first + count; i++) {
      const slot = batch.slots[i]!
      const index = batch.indices[i]!
      const skipped = Math.min(this.last[slot]! < 0 ? 0 : index - this.last[slot]! - 1, leadsLearned)
      this.indices[(i - first) * 3] = index
      addresses[call + 2] = this.arena.addressOf(slot)
      floats[call + 3] = batch.values[i]!
      addresses[call + 4] = batch.learns[i]!
      addresses[call + 5] = skipped
      for (let f = 0, from = i * features; f < features; f++) floats[row + f] = batch.rows[from + f]!
      for (let h = 0, from = i * leads; h < leadsLearned; h++) floats[anchor + h] = batch.anchors[from + h]!
      this.last[slot] = index
      call += CALL_BYTES / 4
      row += this.paddedFeatures
      anchor += this.paddedLeads
    }
  }

  private readCall(anchors: Float32Array, out: Float32Array, first: number, count: number): void {
    const { floats } = this.memory
    const { leads, leadsLearned } = this
    let from = this.anchors >>> 2
    for (let i = first; i < first + count; i++) {
      const to = i * leads
      for (let h = 0; h < leadsLearned; h++) out[to + h] = floats[from + h]!
      for (let h = leadsLearned; h < leads; h++) out[to + h] = anchors[to + h]!
      from += this.paddedLeads
    }
  }
  private readFast(anchors: Float32Array, out: Float32Array, first: number, count: number): void {
    const { floats } = this.memory
    const { leads, leadsLearned, fastLeads } = this
    let from = this.fast >>> 2
    let others = this.anchors >>> 2
    for (let i = first; i < first + count; i++) {
      const to = i * leads
      for (let h = 0; h < fastLeads; h++) out[to + h] = anchors[to + h]! + floats[from + h]!
      for (let h = fastLeads; h < leadsLearned; h++) out[to + h] = floats[others + h]!
      for (let h = leadsLearned; h < leads; h++) out[to + h] = anchors[to + h]!
      from += this.paddedFastLeads
      others += this.paddedLeads
    }
  }
}
