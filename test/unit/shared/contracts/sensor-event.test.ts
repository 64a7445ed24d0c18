import { describe, expect, it } from 'vitest'
import { type SensorEventOptions, sensorEventDecoder } from '#shared/contracts/sensor-event'
import type { LogRecord } from '#shared/log/port'
import type { Decoded } from '#shared/pipeline/line-options'

const HOUR = 3_600_000
const NOW = Date.UTC(2026, 0, 5, 12)
const TIME = '2026-01-05T10:00:00Z'
const utf8 = new TextEncoder()

const defaults: SensorEventOptions = {
  fields: { series: 'series', time: 'time', value: 'value', values: 'values' },
  covariates: [],
  timeUnit: 'ms',
  timeUnitExplicit: false,
  skewMaxMs: HOUR,
}

function record(value: unknown, key: string | Uint8Array | null = 'key', timestamp = NOW): LogRecord {
  const text = typeof value === 'string' ? utf8.encode(value) : value
  const bytes = text === null || text instanceof Uint8Array ? text : utf8.encode(JSON.stringify(text))
  return {
    offset: 7,
    key: typeof key === 'string' ? utf8.encode(key) : key,
    value: bytes,
    headers: [],
    timestamp,
  }
}

const decode = (it: LogRecord, options: Partial<SensorEventOptions> = {}) =>
  sensorEventDecoder({ ...defaults, ...options })(it)

/** What a test compares: series, time and value; or the reason, with the record itself handed on. */
function brief(decoded: readonly Decoded[], source: LogRecord): unknown[] {
  return decoded.map((it) => {
    if (it.kind === 'reset') return `reset ${it.series}`
    if (it.kind === 'observation') {
      const { series, timeMs, value, offset } = it.observation
      expect(offset).toBe(source.offset)
      return [series, timeMs, value]
    }
    expect(it.fault.record, 'the original record').toBe(source)
    expect(it.fault.message).not.toBe('')
    return it.fault.reason
  })
}

function read(
  value: unknown,
  key: string | Uint8Array | null = 'key',
  options: Partial<SensorEventOptions> = {},
) {
  const source = record(value, key)
  return brief(decode(source, options), source)
}

const at = (time: unknown, options: Partial<SensorEventOptions> = {}, timestamp = NOW) => {
  const source = record({ series: 'a', time, value: 1 }, null, timestamp)
  const [first] = brief(decode(source, options), source)
  return Array.isArray(first) ? first[1] : first
}

const observed = (series = 'a', value = 1) => [[series, Date.parse(TIME), value]]

describe('the sensor event decoder, on a record without a timestamp (−1 in Kafka)', () => {
  it('believes the time of the event, however late it is', () => {
    expect(at(TIME, {}, -1)).toBe(Date.parse(TIME))
  })

  it('refuses an event that has no time either', () => {
    const source = record({ series: 'a', value: 1 }, null, -1)
    expect(brief(decode(source), source)).toEqual(['missing-time'])
  })
})

// Expected outcomes: the bad-input matrix of the reliability reference, § 7, where the design's § 9 does not differ.
describe('the sensor event decoder, on what is no event', () => {
  it.each<[string, unknown, string]>([
    ['an empty value', '', 'unparseable'],
    ['half a JSON', '{"series":"a"', 'unparseable'],
    ['a NaN token', `{"series":"a","time":"${TIME}","value":NaN}`, 'unparseable'],
    [
      'a value that is not UTF-8',
      Uint8Array.of(0x7b, 0x22, 0xff, 0x41, 0x22, 0x3a, 0x31, 0x7d),
      'unparseable',
    ],
    ['a byte that ends in the middle of a character', Uint8Array.of(0x22, 0xe2, 0x82), 'unparseable'],
    ['two documents', '{} {}', 'unparseable'],
    ['a number', '5', 'not-an-object'],
    ['JSON null', 'null', 'not-an-object'],
    ['an array', '[{"series":"a"}]', 'not-an-object'],
    ['a text', '"hello"', 'not-an-object'],
    ['a value of more than 64 KiB', `{"series":"${'x'.repeat(65_536)}"}`, 'too-large'],
    ['nesting of 17 levels', `${'{"a":'.repeat(17)}1${'}'.repeat(17)}`, 'too-deep'],
    ['nesting of a thousand brackets', `{"a":${'['.repeat(1000)}${']'.repeat(1000)}}`, 'too-deep'],
    ['nesting that never closes', '['.repeat(60_000), 'too-deep'],
  ])('refuses %s and keeps the record as it came', (_, value, reason) => {
    expect(read(value)).toEqual([reason])
  })

  it('counts no brackets inside texts as nesting', () => {
    expect(read({ series: 'a', time: TIME, value: 1, note: '[{'.repeat(500) })).toEqual(observed())
    expect(read({ series: 'a', time: TIME, value: 1, note: `\\"${'['.repeat(50)}` })).toEqual(observed())
  })

  it('reads the largest record that is allowed', () => {
    const body = { series: 'a', time: TIME, value: 1, note: '' }
    const empty = JSON.stringify(body).length
    body.note = 'x'.repeat(64 * 1024 - empty)
    expect(read(body)).toEqual(observed())
    body.note += 'x'
    expect(read(body)).toEqual(['too-large'])
  })
})

describe('the sensor event decoder, on series', () => {
  it.each<[string, unknown, string | Uint8Array | null, unknown]>([
    ['the field before the key', { series: 'a' }, 'key', observed('a')],
    ['the key where there is no field', {}, 'key', observed('key')],
    ['the key where the field is null', { series: null }, 'key', observed('key')],
    ['a number as text', { series: 7 }, null, observed('7')],
    ['text with any characters', { series: 'Kühlraum 7/b\n' }, null, observed('Kühlraum 7/b\n')],
    ['__proto__ as a name like any', { series: '__proto__' }, null, observed('__proto__')],
    ['constructor as a key like any', {}, 'constructor', observed('constructor')],
    ['256 bytes', { series: 'é'.repeat(128) }, null, observed('é'.repeat(128))],
    ['257 bytes', { series: `${'é'.repeat(128)}x` }, null, ['series-too-long']],
    ['60,000 characters', { series: 'x'.repeat(60_000) }, null, ['series-too-long']],
    ['a key of 300 bytes', {}, 'k'.repeat(300), ['series-too-long']],
    ['neither field nor key', {}, null, ['missing-series']],
    ['an empty key', {}, '', ['missing-series']],
    ['an empty field', { series: '' }, 'key', ['missing-series']],
    ['a field that is no text', { series: ['a'] }, 'key', ['missing-series']],
    ['a field that is true', { series: true }, 'key', ['missing-series']],
    ['a key that is not UTF-8', {}, Uint8Array.of(0xff, 0x41), ['unparseable']],
    // Half of a surrogate pair has no bytes of its own: two such names would become one key.
    ['half a character', { series: 'a\ud800' }, null, ['unparseable']],
    ['the other half', { series: '\udc00' }, null, ['unparseable']],
    ['a whole character of two halves', { series: '🙂' }, null, observed('🙂')],
  ])('takes %s', (_, series, key, expected) => {
    const body = { ...(series as object), time: TIME, value: 1 }
    expect(read(JSON.stringify(body), key)).toEqual(expected)
  })

  it('does not reach into prototypes by any path', () => {
    for (const name of ['__proto__', 'constructor', 'toString', 'constructor.name', '__proto__.x']) {
      const fields = { series: name, time: 'time', value: 'value', values: 'values' }
      expect(read({ time: TIME, value: 1 }, 'key', { fields })).toEqual(observed('key'))
      expect(
        read({ series: 'a', time: TIME }, null, { fields: { ...defaults.fields, value: name } }),
      ).toEqual(['missing-value'])
    }
    const own = `{"__proto__":"mine","time":"${TIME}","value":1}`
    expect(read(own, 'key', { fields: { ...defaults.fields, series: '__proto__' } })).toEqual(
      observed('mine'),
    )
  })

  it('resets the series of a tombstone, and refuses one that names none', () => {
    expect(read(null)).toEqual(['reset key'])
    expect(read(null, null)).toEqual(['missing-series'])
    expect(read(null, Uint8Array.of(0xff))).toEqual(['unparseable'])
    expect(read(null, 'k'.repeat(300))).toEqual(['series-too-long'])
  })
})

describe('the sensor event decoder, on values', () => {
  it.each<[string, string, unknown]>([
    ['a number', '81.25', observed('a', 81.25)],
    ['zero', '0', observed('a', 0)],
    ['the largest that 32 bits hold, nearly', '-3.4e38', observed('a', -3.4e38)],
    ['a value too small for 32 bits', '1e-46', observed('a', 1e-46)],
    ['an integer beyond 2^53, to the nearest', '9007199254740993', observed('a', 9007199254740992)],
    ['1e999', '1e999', ['non-finite']],
    ['-1e999', '-1e999', ['non-finite']],
    ['3.5e38', '3.5e38', ['non-finite']],
    ['null', 'null', ['missing-value']],
    ['a number as text', '"81.25"', ['not-a-number']],
    ['an empty text', '""', ['not-a-number']],
    ['hexadecimal text', '"0x10"', ['not-a-number']],
    ['an empty list', '[]', ['not-a-number']],
    ['true', 'true', ['not-a-number']],
    ['an object', '{"value":1}', ['not-a-number']],
  ])('takes %s', (_, value, expected) => {
    expect(read(`{"series":"a","time":"${TIME}","value":${value}}`)).toEqual(expected)
  })

  it('refuses an event without a value and names its series', () => {
    const [it] = decode(record({ series: 'a', time: TIME }))
    expect(it).toMatchObject({ kind: 'fault', fault: { reason: 'missing-value', series: 'a' } })
  })

  it('takes the last of two equal keys and ignores what it does not know', () => {
    expect(
      read(`{"series":"b","series":"a","time":"${TIME}","value":2,"value":1,"unit":"°C","x":{"y":[1]}}`),
    ).toEqual(observed())
  })

  it('makes one series of every channel, in the order of the record', () => {
    const values = `{"temp":1,"load":2,"__proto__":3,"constructor":4,"":5}`
    const time = Date.parse(TIME)
    expect(read(`{"series":"a","time":"${TIME}","values":${values}}`)).toEqual([
      ['a.temp', time, 1],
      ['a.load', time, 2],
      ['a.__proto__', time, 3],
      ['a.constructor', time, 4],
      ['a.', time, 5],
    ])
  })

  it('refuses a bad channel alone', () => {
    const source = record(`{"series":"a","time":"${TIME}","values":{"x":"1","y":2,"z":1e999,"n":null}}`)
    expect(brief(decode(source), source)).toEqual([
      'not-a-number',
      ['a.y', Date.parse(TIME), 2],
      'non-finite',
      'missing-value',
    ])
    expect(decode(source)[0]).toMatchObject({ fault: { series: 'a.x' } })
  })

  it.each<[string, unknown, string]>([
    ['no channel', {}, 'missing-value'],
    ['a list', [1, 2], 'not-a-number'],
    ['null', null, 'not-a-number'],
    ['a number', 5, 'not-a-number'],
    ['a channel with a name too long', { ['x'.repeat(300)]: 1 }, 'series-too-long'],
    ['a channel named by half a character', { '\ud800': 1 }, 'unparseable'],
  ])('refuses channels that are %s', (_, values, reason) => {
    expect(read(JSON.stringify({ series: 'a', time: TIME, values }))).toEqual([reason])
  })

  it('reads covariates beside the value, for every channel, and takes what is no number for missing', () => {
    const options = { covariates: ['outdoor', 'site.wind', 'door'] }
    const said = (body: object) =>
      decode(record(body), options).map((it) => it.kind === 'observation' && it.observation.covariates)
    expect(said({ series: 'a', time: TIME, value: 1, outdoor: -3.5, site: { wind: 7 }, door: 0 })).toEqual([
      [-3.5, 7, 0],
    ])
    expect(said({ series: 'a', time: TIME, value: 1, outdoor: 'cold', site: 7, door: null })).toEqual([
      [null, null, null],
    ])
    const channels = { series: 'a', time: TIME, values: { x: 1, y: 2 }, outdoor: 4 }
    expect(said(channels)).toEqual([
      [4, null, null],
      [4, null, null],
    ])
    expect(read('{"series":"a","value":1,"outdoor":1e999}', 'key', options)).toEqual([['a', NOW, 1]])
  })

  it('follows paths into the record', () => {
    const fields = { series: 'device.id', time: 'at', value: 'payload.temp.celsius', values: 'all' }
    expect(
      read({ device: { id: 'a' }, at: TIME, payload: { temp: { celsius: 1 } } }, 'key', { fields }),
    ).toEqual(observed())
    expect(read({ device: { id: 'a' }, at: TIME, payload: 5 }, 'key', { fields })).toEqual(['missing-value'])
    expect(read({ device: 'a', at: TIME, payload: { temp: { celsius: 1 } } }, 'key', { fields })).toEqual(
      observed('key'),
    )
  })
})

describe('the sensor event decoder, on times', () => {
  // Expected: Date.UTC of the fields as they stand.
  it.each<[unknown, unknown]>([
    ['2026-01-05T10:00:00Z', Date.UTC(2026, 0, 5, 10)],
    ['2026-01-05T10:00:00.123456Z', Date.UTC(2026, 0, 5, 10, 0, 0, 123)],
    ['2026-01-05T12:30:00+02:30', Date.UTC(2026, 0, 5, 10)],
    ['2026-01-05T05:00:00-0500', Date.UTC(2026, 0, 5, 10)],
    ['2026-01-05T10:00', Date.UTC(2026, 0, 5, 10)],
    ['2026-01-05 10:00:00', Date.UTC(2026, 0, 5, 10)],
    ['2026-01-05 10:00:00,5', Date.UTC(2026, 0, 5, 10, 0, 0, 500)],
    ['2026-01-05', Date.UTC(2026, 0, 5)],
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
    ['1969-12-31T23:00:00Z', -HOUR],
    ['1850-06-01', Date.UTC(1850, 5, 1)],
    ['+002026-01-05T10:00:00Z', Date.UTC(2026, 0, 5, 10)],
    ['2026-02-30T00:00:00Z', 'bad-time'],
    ['2026-02-29', 'bad-time'],
    ['2026-04-31T00:00:00Z', 'bad-time'],
    ['2026-13-01T00:00:00Z', 'bad-time'],
    ['2026-01-05T25:00:00Z', 'bad-time'],
    // Years of five digits, and of four with a sign, are no ISO 8601: the engine would guess, in the machine's zone.
    ['12026-01-05', 'bad-time'],
    ['-2026-01-05', 'bad-time'],
    ['05.01.2026', 'bad-time'],
    ['Jan 5, 2026', 'bad-time'],
    ['yesterday', 'bad-time'],
    ['1767607200000', 'bad-time'],
    ['', 'bad-time'],
    [true, 'bad-time'],
    [{}, 'bad-time'],
    [null, 'missing-time'],
    // No message can hold it, and the centre of its grid cell may lie beyond what a date can.
    ['-271821-04-20T00:00:00Z', 'absurd-time'],
  ])('reads %j', (time, expected) => {
    expect(at(time)).toBe(expected)
  })

  it.each<[number, Partial<SensorEventOptions>, unknown]>([
    [NOW, {}, NOW],
    [NOW / 1000, {}, 'absurd-time'],
    [NOW * 1000, {}, 'absurd-time'],
    [Number('1760000000123456789'), {}, 'absurd-time'],
    [0, {}, 'absurd-time'],
    [-1, {}, 'absurd-time'],
    [NOW / 1000, { timeUnit: 's' }, NOW],
    [NOW / 1000 + 0.5, { timeUnit: 's' }, NOW + 500],
    [NOW * 1000, { timeUnit: 'us' }, NOW],
    [NOW * 1e6, { timeUnit: 'ns' }, NOW],
    [NOW, { timeUnit: 's' }, 'absurd-time'],
    [0, { timeUnitExplicit: true }, 0],
    [-86_400, { timeUnit: 's', timeUnitExplicit: true }, -86_400_000],
    [-9e15, { timeUnitExplicit: true }, 'absurd-time'],
    [-8.64e15, { timeUnitExplicit: true }, 'absurd-time'],
  ])('reads the epoch %d with %j', (time, options, expected) => {
    expect(at(time, options)).toBe(expected)
  })

  it('refuses 1e999 as a time', () => {
    expect(read('{"series":"a","time":1e999,"value":1}')).toEqual(['bad-time'])
  })

  it('takes the time of the record where the event has none', () => {
    expect(at(undefined)).toBe(NOW)
  })

  it('refuses what lies further ahead of its record than skewMax, by the record alone', () => {
    expect(at(NOW + HOUR)).toBe(NOW + HOUR)
    expect(at(NOW + HOUR + 1)).toBe('future-time')
    expect(at('2099-01-01T00:00:00Z')).toBe('future-time')
    // The same event is fine in a record that is as late.
    expect(at('2099-01-01T00:00:00Z', {}, Date.UTC(2099, 0, 1))).toBe(Date.UTC(2099, 0, 1))
  })
})

describe('the sensor event decoder, in any time zone', () => {
  it('reads times without a zone as UTC', () => {
    const before = process.env.TZ
    try {
      for (const zone of ['America/New_York', 'Asia/Kathmandu']) {
        process.env.TZ = zone
        expect(new Date(2026, 0, 5).getTimezoneOffset(), 'the zone took effect').not.toBe(0)
        for (const time of ['2026-01-05T10:00:00', '2026-01-05 10:00', '2026-01-05T10:00:00.000']) {
          expect(at(time)).toBe(Date.UTC(2026, 0, 5, 10))
        }
        expect(at('2026-01-05')).toBe(Date.UTC(2026, 0, 5))
      }
    } finally {
      if (before === undefined) delete process.env.TZ
      else process.env.TZ = before
    }
  })
})
