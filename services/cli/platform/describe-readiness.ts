import type { LogOutage } from '#shared/telemetry/platform-status'
import type { Service } from './service.js'

export interface ReadinessFacts {
  readonly pipelines: readonly {
    readonly name: string
    /** Its partitions are restored and read. */
    readonly ready: boolean
    readonly partitionsOwned: number
    readonly trainerGivenUp: boolean
  }[]
  /** What this process runs. */
  readonly services: ReadonlySet<Service>
  readonly stopping: boolean
  readonly outage: LogOutage | null
}

/** What `/readyz` answers: whether the process does its work now, and what keeps it from that. */
export function describeReadiness({ pipelines, services, stopping, outage }: ReadinessFacts): {
  readonly ready: boolean
  readonly reason: string
} {
  if (stopping) return { ready: false, reason: 'stopping' }
  const forecasts = services.has('forecaster')
  const works = forecasts || services.has('trainer')
  const away =
    outage &&
    `waiting for Kafka for ${outage.seconds} s: ${outage.waitingFor} (${withoutStop(outage.reason)})`
  // A gateway of its own goes on answering with what it has heard; not ready, nobody would be sent to it.
  if (away && works) return { ready: false, reason: away }
  const waiting = forecasts ? pipelines.filter(({ ready }) => !ready) : []
  const restoring = namesOf(waiting.filter(({ partitionsOwned }) => partitionsOwned > 0))
  if (restoring !== '') return { ready: false, reason: `restoring ${restoring}` }
  const without = namesOf(waiting)
  if (without !== '')
    return { ready: false, reason: `waits for a partition of ${without}; others may have them all` }
  const givenUp = namesOf(pipelines.filter(({ trainerGivenUp }) => trainerGivenUp))
  const told = givenUp === '' ? '' : `the trainer of ${givenUp} has ended too often and is not started again`
  // Forecasting goes on without it; a process that only trains is of no use.
  if (told !== '' && !forecasts) return { ready: false, reason: told }
  const runs = forecasts ? 'every pipeline reads its input' : 'it runs'
  return { ready: true, reason: [runs, told, away].filter(Boolean).join('; ') }
}

function withoutStop(sentence: string): string {
  return sentence.replace(/\.$/, '')
}

function namesOf(pipelines: readonly { readonly name: string }[]): string {
  return pipelines.map(({ name }) => name).join(', ')
}
