import { expect, test } from 'vitest'
import { SeriesBytesCache } from '#shared/contracts/series-bytes'

test('what a series repeats is kept, but not of ever new ones', () => {
  const cache = new SeriesBytesCache('flights')
  const first = cache.of('"a" b')
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString()
  expect(text(first.identity)).toBe('"series":"\\"a\\" b","pipeline":"flights"')
  expect(text(first.idEnd)).toBe('/%22a%22%20b')
  expect(cache.of('"a" b')).toBe(first)
  for (let series = 0; series < 20_000; series++) cache.of(`s${series}`)
  expect(cache.of('"a" b')).not.toBe(first)
  expect(cache.of('"a" b')).toEqual(first)
})
