import type { GradientEngine } from '#shared/recurrent/gradient-engine'
import { type NetShape, stateSizeOf } from '#shared/recurrent/net-shape'
import { ChunkArrays, type LaneStretch, type LossSettings } from './chunk-arrays.js'
import { huberLoss } from './huber-loss.js'
import type { TrainingSeries } from './training-series.js'

/** Steps before a scored piece that only warm the state, and scored steps of one piece. */
const warmUp = 48
const scored = 48
/** Pieces judged at most: 160 × 96 steps forward cost about as much as three training steps. */
const piecesMax = 160

/** The newest, held-back stretch of a training set, ready to judge nets on. */
export class HeldBackStretch {
  readonly #engine: GradientEngine
  readonly #chunk: ChunkArrays
  readonly #huberDelta: number
  /** Whether there is anything to judge on. */
  readonly empty: boolean

  /** @param shape of any net to be judged: all have its inputs and outputs */
  constructor(
    engine: GradientEngine,
    series: readonly TrainingSeries[],
    ends: readonly number[],
    shape: NetShape,
    loss: LossSettings,
  ) {
    this.#engine = engine
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

  /** Mean loss of a net whose head gives targets divided by the lead scales; NaN when the stretch is empty. */
  lossOf(shape: NetShape, values: Float32Array): number {
    if (this.empty) return Number.NaN
    const { inputs, lanes, steps } = this.#chunk
    const net = this.#engine.prepare(shape, { lanes, steps, forwardOnly: true })
    try {
      const { outputs } = net.forward(values, { inputs, state: new Float32Array(lanes * stateSizeOf(shape)) })
      return this.#loss(outputs)
    } finally {
      net.dispose()
    }
  }

  /** Mean loss of "no change". */
  naiveLoss(): number {
    return this.empty ? Number.NaN : this.#loss(new Float32Array(this.#chunk.targets.length))
  }

  #loss(outputs: Float32Array): number {
    return huberLoss(outputs, this.#chunk.targets, this.#chunk.lossWeights, this.#huberDelta)
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
