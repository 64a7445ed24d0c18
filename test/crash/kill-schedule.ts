import { SeededRandom } from '#shared/recurrent/seeded-random'

/**
 * How a life ends. `commit`: killed while a commit is in flight; `any`: killed at any time; `replay`: killed while it
 * computes again what was committed before; `stopping`: killed in a commit of its clean stop; `stop`: stops cleanly;
 * `finish`: by itself, when all is done.
 */
export type Ending = 'commit' | 'any' | 'replay' | 'stopping' | 'stop' | 'finish'

export interface LifePlan {
  readonly ending: Ending
  /** The end comes when this share of all records, those of earlier lives included, has gone into commits. */
  readonly endAfter: number
  /** Between the moment that the end waits for and the kill: 0 to 1, of what is usual for such a moment. */
  readonly delay: number
  /** Both differ from life to life, and must not show. */
  readonly batchMax: number
  readonly flushAfterMs: number
}

/** Kills that strike elsewhere than in a commit, at most one in four: where they fit among the others. */
const ELSEWHERE: readonly { readonly at: number; readonly ending: Ending }[] = [
  { at: 0.25, ending: 'any' },
  { at: 0.4, ending: 'replay' },
  { at: 0.65, ending: 'any' },
  { at: 0.8, ending: 'stopping' },
]
/** Clean stops come beside the kills, after these shares of them. */
const STOPS = [0.3, 0.7]

/** The lives of one run: `kills` kills, two clean stops, and the life that finishes. */
export function planLives(seed: number, kills: number): LifePlan[] {
  const random = new SeededRandom(seed)
  const endings: Ending[] = []
  for (let kill = 0; kill < kills; kill++) {
    if (STOPS.some((share) => Math.floor(share * kills) === kill)) endings.push('stop')
    const elsewhere = ELSEWHERE.find(({ at }) => Math.floor(at * kills) === kill)
    endings.push(elsewhere?.ending ?? 'commit')
  }
  const moments = endings.map(() => random.uniform(0.005, 0.95)).sort((a, b) => a - b)
  const life = (ending: Ending, endAfter: number, next?: Ending): LifePlan => ({
    ending,
    endAfter,
    delay: random.uniform(),
    // Small ones before a stop, so that it shows when the stop goes on with the backlog.
    batchMax: Math.floor(20 * (ending.startsWith('stop') ? 10 : 100) ** random.uniform()),
    // Nothing is saved before a replay is to be struck, so that there is one.
    flushAfterMs: next === 'replay' ? 3_600_000 : Math.floor(random.uniform(0, 1500)),
  })
  return [
    ...endings.map((ending, i) => life(ending, moments[i]!, endings[i + 1])),
    life('finish', Number.POSITIVE_INFINITY),
  ]
}
