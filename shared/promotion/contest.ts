import { BettingTest } from './betting-test.js'

/** Blocks after which a challenger that can hardly prove itself any more is rejected. */
const HOPELESS_AFTER = 10

export interface ContestOptions {
  /** Chance, at most, that a challenger which is not better is promoted. */
  readonly alpha: number
  /** Share by which the challenger's error must be lower, 0 for any. */
  readonly margin: number
  /** Blocks after which a challenger that has not proved itself is rejected. */
  readonly blocksMax: number
}

export type Verdict = 'promote' | 'reject'

/** What a verdict rests on. */
export interface Evidence {
  readonly blocks: number
  /** Mean over the blocks of (error of the champion − error of the challenger) / their sum. */
  readonly difference: number
  /** Of the tests that the challenger is better by the margin, and that it is worse. */
  readonly better: number
  readonly worse: number
}

/** A contest as it is saved. */
export interface SavedContest {
  readonly blocks: number
  readonly sum: number
  readonly better: readonly number[]
  readonly worse: readonly number[]
}

/**
 * Champion against challenger, block by block, under continuous looking.
 *
 * The observation of a block is the difference of their errors by their sum, within ±1 and symmetric about 0 for equal skill whatever the
 * errors' distribution, because exchanging the two only turns its sign. A challenger that is better in most blocks and much worse in a
 * few must not profit from the cut at each bet's scale, so that its mean difference has to be above the margin, too.
 */
export class Contest {
  private readonly margin: number
  private readonly better: BettingTest
  private readonly worse: BettingTest
  private blocks = 0
  private sum = 0

  constructor(
    private readonly options: ContestOptions,
    saved?: SavedContest,
  ) {
    // An error lower by the share m makes the difference m / (2 − m).
    this.margin = options.margin / (2 - options.margin)
    this.better = new BettingTest(this.margin, saved?.better)
    this.worse = new BettingTest(0, saved?.worse)
    this.blocks = saved?.blocks ?? 0
    this.sum = saved?.sum ?? 0
  }

  /** @param difference (champion's error − challenger's) / (their sum), one block's mean over series and leads, in [−1, 1] */
  add(difference: number): void {
    this.better.add(difference)
    this.worse.add(-difference)
    this.blocks++
    this.sum += difference
  }

  get evidence(): Evidence {
    const { blocks } = this
    const difference = blocks === 0 ? 0 : this.sum / blocks
    return { blocks, difference, better: this.better.evidence, worse: this.worse.evidence }
  }

  /**
   * null while it is open. It is rejected as soon as it proves worse, and also when it can hardly prove better within the limit: that
   * frees the slot for another, and can promote nothing that would not have been.
   */
  get verdict(): Verdict | null {
    const { blocks, better } = this
    const { alpha, blocksMax } = this.options
    if (better.evidence >= 1 / alpha && this.evidence.difference > this.margin) return 'promote'
    if (this.worse.evidence >= 1 / alpha || blocks >= blocksMax) return 'reject'
    return blocks >= HOPELESS_AFTER && !better.mayReach(1 / alpha, blocksMax - blocks) ? 'reject' : null
  }

  save(): SavedContest {
    return { blocks: this.blocks, sum: this.sum, better: this.better.save(), worse: this.worse.save() }
  }
}
