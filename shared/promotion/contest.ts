import { BettingTest } from './betting-test.js'

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
 * Relative difference at which a block counts in full: a challenger that is a tenth better is found within days, and one
 * odd block cannot decide.
 */
const FULL = 0.1

/**
 * Champion against challenger, block by block, under continuous looking.
 *
 * The observation of a block is the difference of their errors by their sum, within ±1 and 0 on average for equal skill
 * whatever the errors' distribution, because exchanging the two only turns its sign. A difference of `FULL` or more counts
 * as 1.
 */
export class Contest {
  private readonly better: BettingTest
  private readonly worse: BettingTest
  private blocks = 0
  private sum = 0

  constructor(
    private readonly options: ContestOptions,
    saved?: SavedContest,
  ) {
    // An error lower by the share m makes the difference m / (2 − m).
    const margin = options.margin / (2 - options.margin) / FULL
    this.better = new BettingTest(margin, saved?.better)
    this.worse = new BettingTest(0, saved?.worse)
    this.blocks = saved?.blocks ?? 0
    this.sum = saved?.sum ?? 0
  }

  /** @param difference (champion's error − challenger's) / (their sum), one block's mean over series and leads, in [−1, 1] */
  add(difference: number): void {
    const observation = Math.min(1, Math.max(-1, difference / FULL))
    this.better.add(observation)
    this.worse.add(-observation)
    this.blocks++
    this.sum += difference
  }

  get evidence(): Evidence {
    const { blocks } = this
    const difference = blocks === 0 ? 0 : this.sum / blocks
    return { blocks, difference, better: this.better.evidence, worse: this.worse.evidence }
  }

  /** null while it is open. */
  get verdict(): Verdict | null {
    const { alpha, blocksMax } = this.options
    if (this.better.evidence >= 1 / alpha) return 'promote'
    return this.worse.evidence >= 1 / alpha || this.blocks >= blocksMax ? 'reject' : null
  }

  save(): SavedContest {
    return { blocks: this.blocks, sum: this.sum, better: this.better.save(), worse: this.worse.save() }
  }
}
