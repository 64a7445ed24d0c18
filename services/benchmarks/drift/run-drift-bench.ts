import { setImmediate } from 'node:timers/promises'
import { PageHinkley } from '#shared/drift/page-hinkley'
import { ScoreBlocks } from '#shared/promotion/score-blocks'
import { medianOf } from '#shared/scoring/median-of'
import { AdaptiveWindow } from './adaptive-window.js'
import { EDetector } from './e-detector.js'
import { dayMs, madeUpScores } from './made-up-scores.js'

interface Detector {
  add(value: number): boolean
}

/** What is compared, with the settings at which each gives about as many false alarms. */
const detectors: Readonly<Record<string, () => Detector>> = {
  'Page–Hinkley': () => new PageHinkley(),
  ADWIN: () => new AdaptiveWindow(0.1),
  'CUSUM e-detector': () => new EDetector(0, 30),
}

/** How much higher the head's errors are from one block on. */
export const rises = [0.1, 0.3, 1] as const
const quietBlocks = 60
/** Blocks after a rise that are waited for. */
const waitedBlocks = 100

export interface DriftBenchOptions {
  /** Streams of each kind. */
  readonly streams: number
  readonly signal: AbortSignal
  readonly onProgress?: (done: number, total: number) => void
}

/** What one detector did. */
export interface DetectorResult {
  readonly detector: string
  /** Per thousand blocks of streams in which nothing happens; it begins anew after each. */
  readonly falseAlarms: number
  readonly after: readonly {
    readonly rise: number
    /** Blocks until the rise was found, the median over all streams; `waitedBlocks` where it was not. */
    readonly medianBlocks: number
    /** Share of the streams in which it was found at all. */
    readonly found: number
  }[]
}

/**
 * Page–Hinkley and its peers on what the trainer watches: by how much the head errs less than the seasonal naive forecast, block by block,
 * on made-up scores whose head gets worse at some time. The same numbers on every run and machine. Ends early when `signal` aborts.
 */
export async function runDriftBench({
  streams,
  signal,
  onProgress,
}: DriftBenchOptions): Promise<DetectorResult[]> {
  const total = streams * (1 + rises.length)
  const worths = new Map<number, number[][]>()
  let done = 0
  for (const rise of [0, ...rises]) {
    const ofRise: number[][] = []
    worths.set(rise, ofRise)
    for (let stream = 0; stream < streams && !signal.aborted; stream++) {
      // The quiet ones are long: false alarms are rare.
      const blocks = rise === 0 ? 4 * (quietBlocks + waitedBlocks) : quietBlocks + waitedBlocks
      ofRise.push(worthsOf(stream + 1000 * rises.indexOf(rise as 0.1), rise, blocks))
      onProgress?.(++done, total)
      await setImmediate()
    }
  }
  return Object.entries(detectors).map(([detector, make]) => ({
    detector,
    falseAlarms: falseAlarmsOf(make, worths.get(0)!),
    after: rises.map((rise) => ({ rise, ...delaysOf(make, worths.get(rise)!) })),
  }))
}

/** What the head is worth in each block: (naive error − head's) / (their sum). */
function worthsOf(seed: number, rise: number, count: number): number[] {
  const blocks = new ScoreBlocks(dayMs)
  const worths: number[] = []
  const factor = (hour: number) => (hour < 24 * quietBlocks ? 1 : 1 + rise)
  // The seasonal naive forecast repeats what yesterday could not know, either.
  for (const { errors, ...score } of madeUpScores({ seed, own: [1.2, 0.25], factor })) {
    worths.push(...blocks.take({ ...score, champion: errors[0], challenger: errors[1] }))
    if (worths.length >= count) break
  }
  return worths
}

function falseAlarmsOf(make: () => Detector, streams: readonly (readonly number[])[]): number {
  let [alarms, blocks] = [0, 0]
  for (const worths of streams) {
    let detector = make()
    blocks += worths.length
    for (const worth of worths) {
      if (!detector.add(worth)) continue
      alarms++
      detector = make()
    }
  }
  return (1000 * alarms) / blocks
}

function delaysOf(make: () => Detector, streams: readonly (readonly number[])[]) {
  const delays = streams.map((worths) => {
    let detector = make()
    for (const [block, worth] of worths.entries()) {
      if (!detector.add(worth)) continue
      if (block >= quietBlocks) return block - quietBlocks + 1
      detector = make()
    }
    return Number.POSITIVE_INFINITY
  })
  const found = delays.filter(Number.isFinite).length / delays.length
  return { medianBlocks: Math.min(waitedBlocks, medianOf(delays)), found }
}
