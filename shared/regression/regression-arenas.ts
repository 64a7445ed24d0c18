import { phaseOf } from '#shared/series/season'
import {
  type Lane,
  LOG_SEASONAL,
  REGRESSION_PLACES,
  type RegressionPlace,
  type SeriesState,
} from '#shared/series-state/series-state'
import { createLeastSquares } from './kernel/kernel-least-squares.js'
import type { FastLeads, LeastSquares } from './least-squares.js'

/** Of the regressions over the profile: a long memory. */
const LONG = { forgetting: 0.9999, ridge: 1 }
/** Of the read-outs: hidden units are many and lie near each other, and training changes them, so that weights are held back more. */
const READ_OUT = { ...LONG, ridge: 20 }
/** Of the few features of short series: the pull to their anchor is strong, and the memory shorter [model findings, Q6]. */
const SHORT = { forgetting: 0.999, ridge: 10 }
/** Leads beyond are issued as their anchors: each costs memory of its own. */
const LEADS_MAX = 48
/** Series on one grid count from the same index, so that the kernel finds their places in the rings once for all of them. */
const FIRST_INDEX_MAX = 2 ** 40

/** All that a series' regression knows, as it is saved. */
export interface SavedRegression {
  readonly features: number
  readonly values: Float32Array
}

/** The regressions of all series of a pipeline: an arena for each place and number of features. */
export class RegressionArenas {
  private readonly arenas = new Map<string, LeastSquares>()
  private scratch = new Float32Array(0)

  /**
   * @param leads H
   * @param fastLeads of the read-outs; null where they have none
   */
  constructor(
    readonly leads: number,
    readonly fastLeads: FastLeads | null = null,
  ) {}

  get leadsLearned(): number {
    return Math.min(this.leads, LEADS_MAX)
  }

  of(place: RegressionPlace, features: number): LeastSquares {
    const key = `${place}:${features}`
    let arena = this.arenas.get(key)
    if (arena === undefined) {
      const { leads, leadsLearned } = this
      const readsOut = place === 0 || place === 1
      const memory = place === LOG_SEASONAL ? SHORT : readsOut ? READ_OUT : LONG
      arena = createLeastSquares({
        ...{ features, leads, leadsLearned, ...memory },
        ...(readsOut && this.fastLeads ? { fast: this.fastLeads } : {}),
      })
      this.arenas.set(key, arena)
    }
    return arena
  }

  /** The slot of a series' regression on so many features, in place of one on another number. */
  slotOf(state: SeriesState, place: RegressionPlace, features: number): number {
    const own = state.regressions[place]
    if (own?.features === features) return own.slot
    this.free(state, place)
    const slot = this.of(place, features).allocate()
    state.regressions[place] = { features, slot }
    return slot
  }

  /** Index to advance a slot to: it counts the cells of the grid from its series' first, whatever time that is. */
  indexOf(arena: LeastSquares, slot: number, gridIndex: number, skipped: number): number {
    const next = arena.nextIndex(slot)
    // After as many cells as there are leads nothing is pending, however many more were skipped.
    return next === 0 ? phaseOf(gridIndex, FIRST_INDEX_MAX) : next + Math.min(skipped, arena.leadsLearned)
  }

  /** Begin the read-out of a lane: as a copy of the other lane's where that has as many features, else knowing nothing. */
  startReadOut(state: SeriesState, lane: Lane, features: number): void {
    const arena = this.of(lane, features)
    const slot = this.slotOf(state, lane, features)
    const other = lane === 0 ? 1 : 0
    const model = state.regressions[other]
    if (model?.features !== features) {
      arena.clear(slot)
      return
    }
    if (this.scratch.length < arena.savedLength) this.scratch = new Float32Array(arena.savedLength)
    this.of(other, features).save(model.slot, this.scratch, 0)
    arena.restore(slot, this.scratch, 0)
  }

  /** Forget what was learned of a series. */
  clear(state: SeriesState): void {
    for (const [place, features, slot] of held(state)) this.of(place, features).clear(slot)
  }

  /** Learn nothing from what a series' regressions have forecast and has not arrived. */
  outdate(state: SeriesState): void {
    for (const [place, features, slot] of held(state)) this.of(place, features).outdate(slot)
  }

  free(state: SeriesState, place: RegressionPlace): void {
    const own = state.regressions[place]
    if (own) this.of(place, own.features).free(own.slot)
    state.regressions[place] = null
  }

  release(state: SeriesState): void {
    for (const [place] of held(state)) this.free(state, place)
  }

  save(state: SeriesState): (SavedRegression | null)[] {
    return state.regressions.map((own, place) => {
      if (own === null) return null
      const arena = this.of(place as RegressionPlace, own.features)
      const values = new Float32Array(arena.savedLength)
      arena.save(own.slot, values, 0)
      return { features: own.features, values }
    })
  }

  /** @throws RangeError when what was saved is not of this shape */
  restore(state: SeriesState, saved: readonly (SavedRegression | null)[]): void {
    for (const place of REGRESSION_PLACES) {
      const regression = saved[place]
      if (!regression) continue
      const { features, values } = regression
      this.of(place, features).restore(this.slotOf(state, place, features), values, 0)
    }
  }
}

function* held(state: SeriesState): Generator<readonly [RegressionPlace, number, number]> {
  for (const place of REGRESSION_PLACES) {
    const own = state.regressions[place]
    if (own) yield [place, own.features, own.slot]
  }
}
