import { describe, expect, it } from 'vitest'
import { wantedWhile } from '#services/forecaster/wanted-while'

function open() {
  const given: string[] = []
  const signals: AbortSignal[] = []
  let make: (made: string) => void = () => undefined
  let fail: (error: unknown) => void = () => undefined
  const made$ = wantedWhile<string>(
    (signal) =>
      new Promise((resolve, reject) => {
        signals.push(signal)
        make = resolve
        fail = reject
      }),
    (made) => given.push(made),
  )
  return { made$, given, signals, make: (made: string) => make(made), fail: (error: unknown) => fail(error) }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

describe('what is made while somebody wants it', () => {
  it('goes to the subscriber, and is not given back', async () => {
    const { made$, given, make } = open()
    const seen: string[] = []
    made$.subscribe({ next: (made) => seen.push(made), complete: () => seen.push('end') })
    make('run')
    await turn()
    expect(seen).toEqual(['run', 'end'])
    expect(given).toEqual([])
  })

  it('is called off when the subscriber goes, and given back where it is made all the same', async () => {
    const { made$, given, signals, make } = open()
    const seen: string[] = []
    made$.subscribe((made) => seen.push(made)).unsubscribe()
    expect(signals[0]!.aborted).toBe(true)
    make('run')
    await turn()
    expect(seen).toEqual([])
    expect(given).toEqual(['run'])
  })

  it('fails to the subscriber, and to nobody when that has gone', async () => {
    const wanted = open()
    const failures: unknown[] = []
    wanted.made$.subscribe({ error: (error) => failures.push(error) })
    wanted.fail('away')
    const unwanted = open()
    unwanted.made$.subscribe({ error: (error) => failures.push(error) }).unsubscribe()
    unwanted.fail('gone')
    await turn()
    expect(failures).toEqual(['away'])
  })
})
