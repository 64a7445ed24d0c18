import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { coreToPinTo } from '../pinning.js'
import { FORETIDE, lastLineOf } from './foretide-process.js'
import { HOURLY_METERS, writeReadings } from './made-up-readings.js'
import { type CpuProfile, sharesOfStages } from './stage-profile.js'

/** What a stage takes of an event. */
export interface StageCost {
  readonly stage: string
  readonly share: number
  /** Processor time. */
  readonly microsecondsPerEvent: number
}

export interface BacktestProfile {
  readonly stages: readonly StageCost[]
  readonly microsecondsPerEvent: number
}

/** How far the backtest is, as it tells itself now and then. */
export interface ProfileProgress {
  readonly done: number
  readonly total: number
  readonly perSecond: number
}

const SAMPLE_EVERY_US = 200
const TOLD = /([\d,]+) of ([\d,]+) events, ([\d,]+) events\/s/

/**
 * Profile one backtest of made-up meters, in a process of its own, on one core where it can be pinned. V8 samples by the
 * clock, so that the shares are taken from the samples and the time from the processor.
 * @returns null when it was stopped
 */
export async function profileBacktest(
  preset: string,
  signal: AbortSignal,
  onProgress: (progress: ProfileProgress) => void,
): Promise<BacktestProfile | null> {
  const folder = await mkdtemp(join(tmpdir(), 'foretide-profile-'))
  try {
    const file = join(folder, 'meters.csv')
    onProgress({ done: 0, total: HOURLY_METERS.series * HOURLY_METERS.rows, perSecond: 0 })
    await writeReadings(file, HOURLY_METERS)
    const profiled = ['--cpu-prof', '--cpu-prof-dir', folder, '--cpu-prof-name', 'backtest.cpuprofile']
    const line = await lastLineOf(
      [
        ...[
          process.execPath,
          ...profiled,
          '--cpu-prof-interval',
          String(SAMPLE_EVERY_US),
          FORETIDE,
          'backtest',
        ],
        ...[file, '--horizon', '24', '--cadence', '1h', '--net', 'untrained', '--preset', preset, '--json'],
      ],
      coreToPinTo(),
      signal,
      (text) => {
        const progress = readProgress(text)
        if (progress) onProgress(progress)
      },
    )
    if (signal.aborted) return null
    const { events, processorSeconds } = JSON.parse(line) as Record<string, number>
    const microsecondsPerEvent = (1e6 * processorSeconds!) / events!
    const profile = JSON.parse(await readFile(join(folder, 'backtest.cpuprofile'), 'utf8')) as CpuProfile
    const stages = sharesOfStages(profile).map(({ stage, share }) => ({
      ...{ stage, share },
      microsecondsPerEvent: share * microsecondsPerEvent,
    }))
    return { stages, microsecondsPerEvent }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** What a line of a backtest's progress says; null of any other text. */
export function readProgress(text: string): ProfileProgress | null {
  const told = TOLD.exec(text)
  if (told === null) return null
  const [done, total, perSecond] = told.slice(1).map((figure) => Number(figure.replaceAll(',', '')))
  return { done: done!, total: total!, perSecond: perSecond! }
}
