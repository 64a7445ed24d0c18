import { describe, expect, it } from 'vitest'
import { LogAwayError, LogDeniedError } from '#shared/log/errors'
import { outlast } from '#shared/log/outlast'
import { VirtualClock } from '../../services/feeder/virtual-clock.js'

describe('an outage of the log', () => {
  it('is waited out, with pauses that double up to a quarter of a minute', async () => {
    const clock = new VirtualClock(0)
    const tries: number[] = []
    const done = await outlast(clock, new AbortController().signal, async () => {
      tries.push(clock.now())
      if (tries.length < 9) throw new LogAwayError('away')
      return 'there'
    })
    expect(done).toBe('there')
    const pauses = tries.slice(1).map((at, i) => (at - tries[i]!) / 1_000)
    expect(pauses).toEqual([0.5, 1, 2, 4, 8, 15, 15, 15])
  })

  it('is not taken for what waiting does not mend', async () => {
    const refused = () => Promise.reject(new LogDeniedError('no'))
    await expect(outlast(new VirtualClock(0), new AbortController().signal, refused)).rejects.toThrow(
      LogDeniedError,
    )
  })

  it('is not waited for once nobody wants it', async () => {
    const ending = new AbortController()
    const away = () => {
      ending.abort()
      return Promise.reject(new LogAwayError('away'))
    }
    await expect(outlast(new VirtualClock(0), ending.signal, away)).rejects.toThrow(LogAwayError)
  })
})
