import { describe, expect, it } from 'vitest'
import { describeReadiness, type ReadinessFacts } from '#services/cli/platform/describe-readiness'
import { SERVICES } from '#services/cli/platform/service'

const outage = { seconds: 42, waitingFor: 'partition 3 of topic readings', reason: 'connect ECONNREFUSED.' }
const away = 'waiting for Kafka for 42 s: partition 3 of topic readings (connect ECONNREFUSED)'
const meters = { name: 'meters', ready: true, partitionsOwned: 2, trainerGivenUp: false }

function readiness(facts: Partial<ReadinessFacts>) {
  return describeReadiness({
    ...{ pipelines: [meters], services: new Set(SERVICES), stopping: false, outage: null },
    ...facts,
  })
}

describe('describeReadiness', () => {
  it('is ready once every pipeline reads, and no more when it stops', () => {
    expect(readiness({})).toEqual({ ready: true, reason: 'every pipeline reads its input' })
    const pipelines = [meters, { ...meters, name: 'doors', ready: false }]
    expect(readiness({ pipelines })).toEqual({ ready: false, reason: 'restoring doors' })
    const spare = [meters, { ...meters, name: 'doors', ready: false, partitionsOwned: 0 }]
    const none = 'waits for a partition of doors; others may have them all'
    expect(readiness({ pipelines: spare })).toEqual({ ready: false, reason: none })
    expect(readiness({ stopping: true, outage })).toEqual({ ready: false, reason: 'stopping' })
  })

  it('does not call a process ready that cannot forecast or train because brokers are away', () => {
    expect(readiness({ outage })).toEqual({ ready: false, reason: away })
    const pipelines = [{ ...meters, ready: false }]
    expect(readiness({ pipelines, outage })).toEqual({ ready: false, reason: away })
    expect(readiness({ services: new Set(['trainer'] as const), outage })).toEqual({
      ready: false,
      reason: away,
    })
  })

  it('leaves a gateway of its own ready, which answers with what it has heard', () => {
    const services = new Set(['gateway'] as const)
    expect(readiness({ services, outage })).toEqual({ ready: true, reason: `it runs; ${away}` })
  })

  it('tells of a trainer that is given up, and of nothing else when that is all there was to do', () => {
    const told = 'the trainer of meters has ended too often and is not started again'
    const pipelines = [{ ...meters, trainerGivenUp: true }]
    expect(readiness({ pipelines })).toEqual({
      ready: true,
      reason: `every pipeline reads its input; ${told}`,
    })
    const trainer = new Set(['trainer'] as const)
    expect(readiness({ pipelines, services: trainer })).toEqual({ ready: false, reason: told })
  })
})
