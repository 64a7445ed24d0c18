import type { Tensorflow } from '#shared/recurrent/tensorflow/backend'
import type { GruChunk } from '#shared/recurrent/tensorflow/gru-gradient'
import { unrollGru } from '#shared/recurrent/tensorflow/gru-step'
import type { GruArrays } from '#shared/recurrent/tensorflow/gru-tensors'
import { ChunkArrays, type LaneStretch, type LossSettings } from './chunk-arrays.js'
import type { NetShape } from './parameters.js'
import type { TrainingSeries } from './training-series.js'

/** Steps before a scored piece that only warm the state, and scored steps of one piece. */
const warmUp = 48
const scored = 48
/** Pieces judged at most: 160 × 96 steps forward cost about as much as three training steps. */
const piecesMax = 160

/** The newest, held-back stretch of a training set, ready to judge nets on. */
export class HeldBackStretch {
  readonly #chunk: ChunkArrays
  readonly #huberDelta: number
  /** Whether there is anything to judge on. */
  readonly empty: boolean

  constructor(
    series: readonly TrainingSeries[],
    ends: readonly number[],
    shape: NetShape,
    loss: LossSettings,
  ) {
    this.#huberDelta = loss.huberDelta
    const pieces = cutPieces(series, ends)
    const step = Math.max(1, pieces.length / piecesMax)
    const kept = Array.from(
      { length: Math.min(pieces.length, piecesMax) },
      (_, i) => pieces[Math.floor(i * step)]!,
    )
    this.#chunk = new ChunkArrays(Math.max(1, kept.length), warmUp + scored, shape, loss)
    kept.forEach((piece, lane) => void this.#chunk.fill(lane, piece))
    this.empty = this.#chunk.normalise() === 0
  }

  /** Mean loss of `net`, whose head gives targets divided by the lead scales; NaN when the stretch is empty. */
  lossOf(tf: Tensorflow, net: GruArrays): number {
    if (this.empty) return Number.NaN
    const { outputs } = unrollGru(tf, net, this.#chunk.inputs, this.#chunk.hidden, this.#chunk.lanes)
    return huberLoss(outputs, this.#chunk, this.#huberDelta)
  }

  /** Mean loss of "no change". */
  naiveLoss(): number {
    if (this.empty) return Number.NaN
    return huberLoss(new Float32Array(this.#chunk.targets.length), this.#chunk, this.#huberDelta)
  }
}

function cutPieces(series: readonly TrainingSeries[], ends: readonly number[]): LaneStretch[] {
  return series.flatMap((s, i) => {
    const end = s.values.length
    const pieces: LaneStretch[] = []
    for (let scoredFrom = ends[i]!; scoredFrom < end; scoredFrom += scored) {
      const from = Math.max(0, scoredFrom - warmUp)
      const length = Math.min(end, scoredFrom + scored) - from
      pieces.push({ series: s, from, length, scoredFrom, end })
    }
    return pieces
  })
}

function huberLoss(outputs: Float32Array, { targets, lossWeights }: GruChunk, delta: number): number {
  let loss = 0
  for (let i = 0; i < outputs.length; i++) {
    const w = lossWeights[i]!
    if (w === 0) continue
    const e = Math.abs(outputs[i]! - targets[i]!)
    loss += w * (e <= delta ? (e * e) / 2 : delta * (e - delta / 2))
  }
  return loss
}
