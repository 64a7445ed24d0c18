import type { Offset } from '#shared/log/port'
import { Contest, type ContestOptions, type Evidence, type SavedContest, type Verdict } from './contest.js'
import { ScoreBlocks } from './score-blocks.js'

/** Errors of the two slots' heads for one outcome, and which weights they had. K leads. */
export interface SlotScore {
  readonly series: string
  /** When the outcome came, event time in milliseconds. */
  readonly timeMs: number
  readonly leads: readonly number[]
  /** [K] version that served at the origin, and the absolute error of its head. */
  readonly serving: ArrayLike<number>
  readonly servingErrors: ArrayLike<number>
  /** [K] absolute error of the seasonal naive forecast; NaN before a season was seen. */
  readonly naiveErrors: ArrayLike<number>
  /** [K] version that shadowed; −1 and NaN where it was cold, nothing where there was none. */
  readonly shadow: ArrayLike<number>
  readonly shadowErrors: ArrayLike<number>
}

/** Two weights versions that are compared on live scores. */
export interface Pair {
  readonly champion: number
  readonly challenger: number
}

/** A contest as the weights topic keeps it: what was decided by, and where to read on. */
export interface SavedRunningContest extends Pair {
  readonly contest: SavedContest
  readonly closedTo: number | null
  /** Offset in each partition of the scores topic from which open blocks are gathered again. */
  readonly from: readonly Offset[]
}

/** A contest that follows the scores topic. */
export class RunningContest {
  private readonly contest: Contest
  private readonly blocks: ScoreBlocks
  /** Per partition: first offset of each open block. */
  private readonly firsts: Map<number, Offset>[]
  private readonly next: Offset[]

  /**
   * @param from offset in each partition of the scores topic from which it looks
   * @param blockMs event time of one block, a horizon at least
   */
  constructor(
    readonly pair: Pair,
    private readonly options: ContestOptions,
    blockMs: number,
    from: readonly Offset[],
    saved?: Pick<SavedRunningContest, 'contest' | 'closedTo'>,
  ) {
    this.contest = new Contest(options, saved?.contest)
    this.blocks = new ScoreBlocks(blockMs, saved?.closedTo ?? Number.NEGATIVE_INFINITY)
    this.next = [...from]
    this.firsts = from.map(() => new Map())
  }

  /** Offset in each partition from which scores are wanted, at its start. */
  get from(): readonly Offset[] {
    return this.next
  }

  get evidence(): Evidence {
    return this.contest.evidence
  }

  get verdict(): Verdict | null {
    return this.contest.verdict
  }

  /**
   * One score. What is no news, or comes after the verdict, changes nothing.
   * @returns whether a block was closed, so that there is something to save
   */
  take(partition: number, offset: Offset, score: SlotScore): boolean {
    this.know(partition)
    if (offset < this.next[partition]! || this.verdict !== null) return false
    this.next[partition] = offset + 1
    const block = this.blocks.indexOf(score.timeMs)
    const firsts = this.firsts[partition]!
    if (block > this.blocks.closedTo && !firsts.has(block)) firsts.set(block, offset)
    const { champion, challenger } = this.pair
    const closed = this.blocks.take({
      series: score.series,
      timeMs: score.timeMs,
      leads: score.leads,
      champion: errorsOf(score, champion, challenger),
      challenger: errorsOf(score, challenger, champion),
    })
    // Where there are several partitions, others may only not have been read yet.
    if (this.next.length === 1) closed.push(...this.blocks.closeBefore(score.timeMs))
    for (const difference of closed) if (this.verdict === null) this.contest.add(difference)
    for (const known of this.firsts) {
      for (const index of known.keys()) if (index <= this.blocks.closedTo) known.delete(index)
    }
    return closed.length > 0
  }

  /** A partition that the topic had not when the contest began: all of its scores are news. */
  private know(partition: number): void {
    while (this.next.length <= partition) {
      this.next.push(0)
      this.firsts.push(new Map())
    }
  }

  save(): SavedRunningContest {
    const { closedTo } = this.blocks
    return {
      ...this.pair,
      contest: this.contest.save(),
      closedTo: Number.isFinite(closedTo) ? closedTo : null,
      from: this.next.map((next, partition) => Math.min(next, ...this.firsts[partition]!.values())),
    }
  }

  /** The other way round: whether the loser of a promotion proves better after all. */
  returnMatch(blockMs: number): RunningContest {
    const { champion, challenger } = this.pair
    const pair = { champion: challenger, challenger: champion }
    return new RunningContest(pair, this.options, blockMs, this.next)
  }
}

/** [K] errors of a version's head where the other one forecast from the same origin, in whichever slots they stood. */
function errorsOf(score: SlotScore, version: number, other: number): number[] {
  return score.leads.map((_, k) => {
    if (score.serving[k] === version && score.shadow[k] === other) return score.servingErrors[k]!
    if (score.shadow[k] === version && score.serving[k] === other) return score.shadowErrors[k]!
    return Number.NaN
  })
}
