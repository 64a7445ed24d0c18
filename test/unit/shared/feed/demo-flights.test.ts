import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Feed } from '#shared/feed/feed'
import { openFeed } from '#shared/feed/open-feed'

// From test/reference/feed/count_departures.py (pyarrow 26.0.1), which shares nothing with the code under test.
const reference = {
  departuresOfAll: 2_461_370,
  busiest:
    'ORD DFW ATL LAX PHX STL DTW MSP LAS DEN BOS IAH CLT SFO EWR PHL LGA PIT MCO SEA BWI DCA SAN MIA SLC SJC TPA CVG JFK OAK MCI HOU MEM BNA CLE PDX FLL IAD MSY MDW DAL AUS SNA HNL SMF CMH IND SAT BDL ONT',
  airports: {
    ORD: {
      departures: 166_341,
      zeros: 924,
      most: 97,
      secondDay: [1, 0, 0, 0, 0, 7, 44, 46, 74, 51, 59, 64, 40, 67, 52, 71, 43, 53, 57, 56, 56, 52, 35, 9],
      sha256: '9342e80dc935283e6c29c99e789a6953bf5314c72502ebf19a329f597586296a',
    },
    ONT: {
      departures: 17_777,
      zeros: 815,
      most: 15,
      secondDay: [1, 1, 0, 0, 0, 1, 11, 3, 7, 7, 3, 5, 9, 6, 4, 9, 4, 1, 8, 4, 3, 6, 3, 0],
      sha256: '4ca9a95861257d0fc47d6b16d708ddda79b1284130fc43bf79e5b33b47289983',
    },
  },
}

describe('demo:flights', () => {
  let dir: string
  let feed: Feed
  const counts = new Map<string, number[]>()
  const times: number[] = []

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'foretide-flights-'))
    feed = await openFeed('demo:flights', { cacheDir: dir })
    for await (const { series, timeMs, value } of feed.events()) {
      times.push(timeMs)
      const known = counts.get(series)
      if (known === undefined) counts.set(series, [value!])
      else known.push(value!)
    }
  })
  afterAll(() => rm(dir, { recursive: true }))

  it('has 50 airports × 4,344 hours, zeros included', () => {
    expect(feed).toMatchObject({ total: 217_200, series: 50, cadenceMs: 3_600_000 })
    expect(times).toHaveLength(217_200)
    expect([...counts.values()].every((hours) => hours.length === 4_344)).toBe(true)
  })

  it('ranks the airports as pyarrow does and counts as many departures', () => {
    expect([...counts.keys()].join(' ')).toBe(reference.busiest)
    const sum = [...counts.values()].flat().reduce((a, b) => a + b, 0)
    expect(sum).toBe(reference.departuresOfAll)
  })

  it.each(Object.entries(reference.airports))(
    'agrees with pyarrow in every hour of %s',
    (airport, expected) => {
      const hours = counts.get(airport)!
      expect({
        departures: hours.reduce((a, b) => a + b, 0),
        zeros: hours.filter((count) => count === 0).length,
        most: Math.max(...hours),
        secondDay: hours.slice(24, 48),
        sha256: createHash('sha256').update(hours.join(',')).digest('hex'),
      }).toEqual(expected)
    },
  )

  it('runs from 1 January to 30 June 2001, hour by hour', () => {
    expect(times[0]).toBe(Date.UTC(2001, 0, 1))
    expect(times.at(-1)).toBe(Date.UTC(2001, 5, 30, 23))
    expect(times.every((time, i) => time === Date.UTC(2001, 0, 1, Math.floor(i / 50)))).toBe(true)
  })

  it('starts anywhere', async () => {
    const { value } = await feed.events(217_199)[Symbol.asyncIterator]().next()
    expect(value).toMatchObject({ series: 'ONT', timeMs: Date.UTC(2001, 5, 30, 23) })
  })

  it('gives the same from the cache, and counts again when the cache is damaged', async () => {
    const [name] = await readdir(dir)
    expect((await openFeed('demo:flights', { cacheDir: dir })).fingerprint).toBe(feed.fingerprint)

    const path = join(dir, name!)
    const bytes = await readFile(path)
    bytes[bytes.length - 1]! ^= 1
    await writeFile(path, bytes)
    expect((await openFeed('demo:flights', { cacheDir: dir })).fingerprint).toBe(feed.fingerprint)
    bytes[bytes.length - 1]! ^= 1
    expect(await readFile(path)).toEqual(bytes)
    expect(await readdir(dir)).toEqual([name])
  })
})
