import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { SchemaElement } from 'hyparquet'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Feed, FeedEvent } from '#shared/feed/feed'
import type { FeedOptions } from '#shared/feed/feed-options'
import { openFeed } from '#shared/feed/open-feed'

// Expected events are read off the fixtures by eye.
const fixture = (name: string) => join(import.meta.dirname, '../../../fixtures/feed', name)
const at = (iso: string) => Date.parse(iso)

async function eventsOf(feed: Feed): Promise<FeedEvent[]> {
  const events = []
  for await (const event of feed.events()) events.push(event)
  return events
}

describe('openFeed', () => {
  let dir: string
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'foretide-feed-'))
  })
  afterAll(() => rm(dir, { recursive: true }))

  async function openText(text: string, options: FeedOptions = {}): Promise<Feed> {
    const file = join(dir, 'data.csv')
    await writeFile(file, text)
    return openFeed({ file, ...options })
  }

  it('passes over comments and titles above the header of a delimited file, and says so', async () => {
    const table = 'time,load\n2024-01-01 00:00,1\n2024-01-01 01:00,2\n2024-01-01 02:00,4\n'
    const events = [
      { series: 'load', timeMs: at('2024-01-01T00:00Z'), value: 1 },
      { series: 'load', timeMs: at('2024-01-01T01:00Z'), value: 2 },
      { series: 'load', timeMs: at('2024-01-01T02:00Z'), value: 4 },
    ]
    const feed = await openText(`# plant 7, line 2\n# kW\n\nExport\n${table}`)
    expect(await eventsOf(feed)).toEqual(events)
    expect(feed.findings.warnings).toEqual([
      'Above the header, 3 lines were passed over, the first: # plant 7, line 2.',
    ])
    const plain = await openText(table)
    expect(plain.findings.warnings).toEqual([])
    // What has a # itself, and stands on the values, is the header.
    expect(await eventsOf(await openText(`#${table}`))).toEqual(events)
    const titled = await openText(`Report;\nTime;Load\n2024-01-01 00:00;1,5\n2024-01-01 01:00;2,5\n`)
    expect(await eventsOf(titled)).toEqual([
      { series: 'Load', timeMs: at('2024-01-01T00:00Z'), value: 1.5 },
      { series: 'Load', timeMs: at('2024-01-01T01:00Z'), value: 2.5 },
    ])
  })

  it('asks for the delimiter where it leaves one column', async () => {
    const opened = openText('time,load\n2024-01-01 00:00,1\n', { delimiter: ';' })
    await expect(opened).rejects.toThrow(
      'only one column, time,load: say what parts its cells with --delimiter',
    )
  })

  it('makes one series per column of a wide file; gaps are no readings, nonsense is reported', async () => {
    const feed = await openFeed(fixture('wide.csv'))
    expect(feed).toMatchObject({ name: 'wide.csv', series: 2, total: 4, cadenceMs: 3_600_000 })
    expect(await eventsOf(feed)).toEqual([
      { series: 'load', timeMs: at('2016-07-01T00:00:00Z'), value: 5.5 },
      { series: 'oil', timeMs: at('2016-07-01T00:00:00Z'), value: 30.5 },
      { series: 'oil', timeMs: at('2016-07-01T01:00:00Z'), value: 27.75 },
      { series: 'load', timeMs: at('2016-07-01T02:00:00Z'), value: 6.25 },
    ])
    expect(feed.findings.rejected).toEqual({
      count: 2,
      examples: [
        { line: 4, column: 'oil', text: '0x10' },
        { line: 5, column: 'oil', text: '1,5' },
      ],
    })
  })

  it('reads semicolons, decimal commas, dotted dates and Latin-1, and says so of the commas', async () => {
    const feed = await openFeed({ file: fixture('latin1-semicolon.csv'), series: 'Zähler', time: 'datum' })
    expect(await eventsOf(feed)).toEqual([
      { series: 'A', timeMs: at('2010-01-13T00:00:00Z'), value: 1.5 },
      { series: 'B', timeMs: at('2010-01-13T00:00:00Z'), value: -3 },
      { series: 'A', timeMs: at('2010-01-13T00:15:00Z'), value: 2.25 },
    ])
    expect(feed.findings.warnings).toEqual([expect.stringContaining('1,5 was read as 1.5')])
  })

  it('reads tabs behind a byte order mark, month first where the column says so', async () => {
    expect(await eventsOf(await openFeed(fixture('bom-tab.csv')))).toEqual([
      { series: 'value', timeMs: at('2009-12-31T23:00:00Z'), value: 1 },
      { series: 'value', timeMs: at('2010-01-01T00:00:00Z'), value: 2 },
    ])
  })

  it('reads one series a row, a gap keeping its place', async () => {
    const feed = await openFeed({
      file: fixture('rows.csv'),
      layout: 'rows',
      cadence: '15m',
      start: '2020-01-01',
    })
    expect(feed.cadenceMs).toBe(900_000)
    expect(await eventsOf(feed)).toEqual([
      { series: 'H1', timeMs: at('2020-01-01T00:00:00Z'), value: 605 },
      { series: 'H2', timeMs: at('2020-01-01T00:00:00Z'), value: 3124 },
      { series: 'H1', timeMs: at('2020-01-01T00:15:00Z'), value: 586 },
      { series: 'H2', timeMs: at('2020-01-01T00:30:00Z'), value: 2990 },
    ])
  })

  it('reads our own events from JSON lines, with offsets, channels and out of order', async () => {
    const feed = await openFeed(fixture('events.jsonl'))
    expect(feed).toMatchObject({ series: 4, total: 3 })
    expect(await eventsOf(feed)).toEqual([
      { series: 'b', timeMs: at('2019-12-31T21:00:00Z'), values: { temp: 0 } },
      { series: 'b', timeMs: at('2019-12-31T22:00:00Z'), values: { temp: 1.5 } },
      { series: 'a', timeMs: at('2019-12-31T22:00:00Z'), values: { temp: 2, load: 7 } },
    ])
    expect(feed.findings.rejected).toEqual({
      count: 1,
      examples: [{ line: 3, column: '(line)', text: 'not json' }],
    })
  })

  it('reads Parquet in several row groups: timestamps before 1970, nulls and NaN', async () => {
    const feed = await openFeed({ file: fixture('meters.parquet'), series: 'meter', time: 'when' })
    expect(await eventsOf(feed)).toEqual([
      { series: 'a', timeMs: -3_600_000, values: { load: 1, temp: 0.5 } },
      { series: 'b', timeMs: 0, values: { temp: 1.5 } },
      { series: 'a', timeMs: 3_600_000, values: { load: 3 } },
    ])
  })

  it('counts rows when there is no usable time, per series in the long layout', async () => {
    const feed = await openText('id,x\nb,1\na,2\nb,3\n', { time: 'row', series: 'id', cadence: '1d' })
    expect(await eventsOf(feed)).toEqual([
      { series: 'b', timeMs: at('2000-01-01T00:00:00Z'), value: 1 },
      { series: 'a', timeMs: at('2000-01-01T00:00:00Z'), value: 2 },
      { series: 'b', timeMs: at('2000-01-02T00:00:00Z'), value: 3 },
    ])
  })

  it('joins a date column and a clock column', async () => {
    const feed = await openText('Date;Time;kW\n16/12/2006;17:24:00;4,216\n16/12/2006;17:25:00;?\n')
    expect(await eventsOf(feed)).toEqual([{ series: 'kW', timeMs: at('2006-12-16T17:24:00Z'), value: 4.216 }])
  })

  it.each([
    ['clocks', 'Datum;Uhrzeit;kW', ['31.12.2023;23:00;1', '31.12.2023;23:30;2', '01.01.2024;00:00;3']],
    [
      'clocks before dates',
      'Time;Day;kW',
      ['23:00;31.12.2023;1', '23:30;31.12.2023;2', '00:00;01.01.2024;3'],
    ],
    [
      'clocks with points',
      'Date;Time;kW',
      ['31/12/2023;23.00.00;1', '31/12/2023;23.30.00;2', '01/01/2024;00.00.00;3'],
    ],
    ['digits and clocks', 'date;Zeit;kW', ['20231231;23:00;1', '20231231;23:30;2', '20240101;0:00;3']],
    [
      'numbers',
      'year;month;day;hour;minute;kW',
      ['2023;12;31;23;0;1', '2023;12;31;23;30;2', '2024;1;1;0;0;3'],
    ],
  ])('puts a time together from several columns: %s', async (_, header, rows) => {
    // Three more rows, as dates have to repeat in most.
    const feed = await openText([header, ...rows, ...rows].join('\n'))
    const times = ['2023-12-31T23:00Z', '2023-12-31T23:30Z', '2024-01-01T00:00Z'].map(at)
    const events = await eventsOf(feed)
    expect([...new Set(events.map(({ timeMs }) => timeMs))]).toEqual(times)
    expect(new Set(events.map(({ series }) => series))).toEqual(new Set(['kW']))
  })

  it.each([
    [
      'days and hours',
      'dteday,hr',
      ['2011-01-01,0.0', '2011-01-01,1.0', '2011-01-01,2.0'],
      '2011-01-01T01:00Z',
    ],
    [
      'days at midnight and hours',
      'date,hour',
      ['2011-01-01 00:00:00,0', '2011-01-01 00:00:00,1', '2011-01-01 00:00:00,2'],
      '2011-01-01T01:00Z',
    ],
    ['years and quarters', 'year,quarter', ['1959.0,1.0', '1959.0,2.0', '1959.0,3.0'], '1959-04-01T00:00Z'],
    ['years and months', 'Year,Month', ['1990,1', '1990,2', '1990,3'], '1990-02-01T00:00Z'],
  ])('puts a time together from %s, and says so', async (_, header, rows, second) => {
    const feed = await openText([`${header},x`, ...rows.map((row, i) => `${row},${2 * i}`)].join('\n'))
    const events = await eventsOf(feed)
    expect(events.map(({ series, value }) => [series, value])).toEqual([0, 2, 4].map((value) => ['x', value]))
    expect(events[1]!.timeMs).toBe(at(second))
    const [first, last] = header.split(',')
    expect(feed.findings.warnings).toEqual([
      `Columns ${first} and ${last} were read as one time. For another reading of the file say --time.`,
    ])
  })

  it('takes a clock that a day of readings has for no part of their time', async () => {
    const rows = ['2024-01-01,1,10:15', '2024-01-02,2,17:40', '2024-01-03,3,09:05']
    for (const name of ['time', 'Time of strongest gust']) {
      const feed = await openText(`day,rain,${name}\n${rows.join('\n')}\n`)
      const days = ['2024-01-01', '2024-01-02', '2024-01-03'].map((day) => at(`${day}T00:00Z`))
      expect((await eventsOf(feed)).map(({ timeMs }) => timeMs)).toEqual(days)
    }
  })

  it('takes half a time for none', async () => {
    const feed = await openText('Date;Time;kW\n16/12/2006;17:24:00;1\n16/12/2006;;2\n;17:25:00;3\n')
    expect((await eventsOf(feed)).map(({ value }) => value)).toEqual([1])
    expect(feed.findings.rejected.count).toBe(2)
  })

  it('joins the columns that are named: a year and its months in another language', async () => {
    const feed = await openText('Jahr,Monat,x\n1990,11,1\n1990,12,2\n', { time: 'Jahr+Monat' })
    expect((await eventsOf(feed)).map(({ timeMs }) => timeMs)).toEqual([
      at('1990-11-01T00:00Z'),
      at('1990-12-01T00:00Z'),
    ])
  })

  it('finds the column that tells series apart where times repeat, and says so', async () => {
    const days = ['2024-01-01', '2024-01-02', '2024-01-03', '2024-01-04']
    const rows = days.flatMap((day, d) => [`${day},a,new,r${d},${d}`, `${day},b,new,s${d},${10 * d}`])
    const text = `date,symbol,state,remark,price\n${rows.join('\n')}\n`
    const parted = await openText(text)
    expect(await eventsOf(parted)).toEqual(
      days.flatMap((day, d) => [
        { series: 'a', timeMs: at(`${day}T00:00Z`), value: d },
        { series: 'b', timeMs: at(`${day}T00:00Z`), value: 10 * d },
      ]),
    )
    expect(parted.findings.warnings).toContain(
      'Times repeat, and column symbol tells 2 series apart, so it names them. For another reading of the file say --series, or --layout wide.',
    )
    const asked = await openText(text, { layout: 'wide' })
    expect((await eventsOf(asked)).map(({ series }) => series)).toEqual(Array(8).fill('price'))
    expect(asked.findings.warnings).toContainEqual(
      expect.stringContaining('4 readings repeat a time of their'),
    )
  })

  it('takes no column for the name of series where an hour comes twice in autumn', async () => {
    const hours = ['00', '01', '02', '02', '03', '04'].map((hour) => `2024-10-27 ${hour}:00`)
    const rows = hours.map((hour, i) => `${hour},${i % 2 === 0 ? 'rain' : 'sun'},${i}`)
    const feed = await openText(`time,weather,load\n${rows.join('\n')}\n`)
    expect(new Set((await eventsOf(feed)).map(({ series }) => series))).toEqual(new Set(['load']))
    expect(feed.findings.warnings).toContainEqual(
      expect.stringContaining('1 reading repeats a time of its series'),
    )
  })

  it('leaves text columns out with a word, and tells of times that repeat', async () => {
    const feed = await openText('date,city,t\n2020-01-01,Rome,1\n2020-01-01,Oslo,2\n')
    expect(feed.findings.warnings).toEqual([
      expect.stringContaining('Column city holds no numbers'),
      expect.stringContaining('1 reading repeats a time of its series, and'),
    ])
  })

  it.each(['', 'id', 'Unnamed: 0', 'rownames'])(
    'leaves the numbers of rows out, called "%s"',
    async (name) => {
      const file = (numbers: readonly number[]) =>
        openText(
          `${name},time,load\n${numbers.map((n, day) => `${n},2020-01-0${day + 1},${9 - day}`).join('\n')}\n`,
        )
      const seriesOf = async (feed: Feed) => [...new Set((await eventsOf(feed)).map(({ series }) => series))]
      const numbered = await file([5, 6, 7, 8])
      expect(await seriesOf(numbered)).toEqual(['load'])
      expect(numbered.findings.warnings).toEqual([
        expect.stringContaining(`Column ${name || 'column 1'} numbers the rows; it was left out.`),
      ])
      // One that does not count is a reading.
      expect(await seriesOf(await file([5, 6, 7, 9]))).toHaveLength(2)
    },
  )

  it('keeps what counts where it is called a reading, or nothing else is there', async () => {
    const counts = await openText('time,done,load\n2020-01-01,1,3\n2020-01-02,2,4\n2020-01-03,3,9\n')
    expect((await eventsOf(counts)).filter(({ series }) => series === 'done')).toHaveLength(3)
    const alone = await openText('time,id\n2020-01-01,1\n2020-01-02,2\n2020-01-03,3\n')
    expect(await eventsOf(alone)).toHaveLength(3)
  })

  it('says how numbers are expected, and which line has others, and takes none of them for a number', async () => {
    const hours = Array.from({ length: 20 }, (_, hour) => `2020-01-01T${String(hour).padStart(2, '0')}:00`)
    const file = (head: string, cellOf: (hour: number) => string, delimiter: string) =>
      openText([head, ...hours.map((time, hour) => `${time}${delimiter}${cellOf(hour)}`)].join('\n'))
    // From 1,000 on with marks between thousands, as statistical offices write them.
    const some = await file('time;x', (hour) => (hour < 10 ? '999,5' : '1.000,5'), ';')
    expect((await eventsOf(some)).map(({ value }) => value)).toEqual(Array.from({ length: 10 }, () => 999.5))
    expect(some.findings.warnings).toEqual([
      'Column x has decimal commas: 1,5 was read as 1.5.',
      'Numbers are expected as 1234.5 or 1234,5, without a unit and without marks between thousands.',
    ])
    expect(some.findings.rejected).toMatchObject({
      count: 10,
      examples: expect.arrayContaining([{ line: 12, column: 'x', text: '1.000,5' }]),
    })
    const beside = await file('time,x,y', (hour) => `"1.${100 + hour},5",${hour}`, ',')
    expect(new Set((await eventsOf(beside)).map(({ series }) => series))).toEqual(new Set(['y']))
    expect(beside.findings.warnings).toEqual([
      'Column x holds no numbers, or hardly any; it was left out: line 2 has "1.100,5". Numbers are expected as 1234.5, without a unit and without marks between thousands.',
    ])
    await expect(file('time,series,value', () => 'a,"1.234,5"', ',')).rejects.toThrow(
      /gave no reading \(line 2, column value: "1.234,5"\).* Numbers are expected as 1234.5, without/,
    )
  })

  it('says which point was read as one of decimals in a column of decimal commas', async () => {
    const feed = await openText('time;x\n2020-01-01;999,5\n2020-01-02;1.000\n2020-01-03;1.002\n')
    expect((await eventsOf(feed)).map(({ value }) => value)).toEqual([999.5, 1, 1.002])
    expect(feed.findings.warnings).toEqual([
      'Column x has decimal commas: 1,5 was read as 1.5, and so was the point in line 3, 1.000. If that parts thousands, take it out of the file.',
    ])
  })

  it('keeps the first row as data when it is no header', async () => {
    const feed = await openText('2020-01-01,5\n2020-01-02,6\n')
    expect(await eventsOf(feed)).toEqual([
      { series: 'column 2', timeMs: at('2020-01-01T00:00:00Z'), value: 5 },
      { series: 'column 2', timeMs: at('2020-01-02T00:00:00Z'), value: 6 },
    ])
  })

  it('keeps columns of the same name apart', async () => {
    const feed = await openText('time,x,x\n2020-01-01,5,6\n')
    expect((await eventsOf(feed)).map(({ series, value }) => [series, value])).toEqual([
      ['x', 5],
      ['x (2)', 6],
    ])
  })

  it('gives the same fingerprint for the same events and another for others', async () => {
    const comma = await openText('time,x\n2020-01-01,5\n')
    const semicolon = await openText('time;x\n1/1/2020;5.0\n')
    const other = await openText('time,x\n2020-01-01,6\n')
    expect(semicolon.fingerprint).toBe(comma.fingerprint)
    expect(other.fingerprint).not.toBe(comma.fingerprint)
  })

  it.each<[string, string, FeedOptions, RegExp, number]>([
    [
      'an unknown column',
      'time,x\n2020-01-01,5\n',
      { value: 'y', series: 'x' },
      /no column y \(--value\).*time, x/,
      2,
    ],
    ['no time column', 'a,b\n1,2\n', {}, /--time row/, 2],
    ['an empty file', '', {}, /is empty/, 2],
    ['a header alone', 'time,x\n', {}, /has columns and not a single row/, 2],
    ['nothing but nonsense', 'time,x\nsoon,much\n', {}, /gave no reading.*line 2/, 2],
    [
      'a column of text alone',
      'time,x\n2020-01-01,a\n2020-01-02,b\n',
      {},
      /gave no reading.*Column x holds no numbers/,
      2,
    ],
    ['an encrypted Parquet file', 'PARE0123456789PARE', {}, /encrypted/, 2],
    [
      'a Parquet file of nonsense',
      `PAR1${'\0'.repeat(100)}PAR1`,
      {},
      /Parquet file: its footer is damaged/,
      2,
    ],
    ['half of a Parquet file', `PAR1${'\0'.repeat(100)}`, {}, /no readable Parquet file/, 2],
    ['a bad cadence', 'time,x\n2020-01-01,5\n', { cadence: 'often' }, /--cadence often/, 2],
    ['a bad start', 'time,x\n2020-01-01,5\n', { start: 'now' }, /--start now/, 2],
    [
      'too much for the memory',
      'time,x\n2020-01-01,5\n2020-01-02,5\n',
      { readingsMax: 1 },
      /more than 1 reading,/,
      2,
    ],
    ['a spreadsheet', 'PK\x03\x04', {}, /is an archive, as \.xlsx is/, 2],
    ['some other binary', 'BM\0\0\0', {}, /is neither text nor Parquet/, 2],
    ['a JSON array', '[{"time":1}]', {}, /one object a line/, 2],
  ])('says in one sentence what is wrong: %s', async (_, text, options, message, exitCode) => {
    await expect(openText(text, options)).rejects.toMatchObject({
      message: expect.stringMatching(message),
      exitCode,
    })
  })

  it('says that readings come at random, unless the cadence is named', async () => {
    const times = Array.from({ length: 50 }, (_, n) => 60_000 * n * n + 1000 * n)
    const text = [
      'time,x',
      ...times.map((ms) => `${new Date(Date.UTC(2026, 0, 5) + ms).toISOString()},1`),
    ].join('\n')
    const { findings, cadenceMs } = await openText(text)
    // Spacings of 1, 3 … 97 minutes and a second: the middle one is of 49.
    expect([cadenceMs, findings.warnings]).toEqual([
      3_600_000,
      [expect.stringContaining('at no regular spacing, half of them at most 1h after')],
    ])
    expect((await openText(text, { cadence: '30m' })).findings.warnings).toEqual([])
  })

  it.each(['a.parquet', 'B.PARQUET', 'c.pq'])('does not read %s as text when it is none', async (name) => {
    const file = join(dir, name)
    await writeFile(file, 'time,x\n2020-01-01,5\n2020-01-02,6\n')
    await expect(openFeed(file)).rejects.toMatchObject({
      message: expect.stringMatching(/is no Parquet file: .* name it so/),
      exitCode: 2,
    })
  })

  it('names a column of Parquet that has no name, and refuses two that have the same', async () => {
    const when = { name: 'time', data: [0, 1, 2].map((day) => new Date(Date.UTC(2026, 0, 5 + day))) }
    const write = async (...names: string[]) => {
      const columnData = [when, ...names.map((name, c) => ({ name, data: [c, c + 0.5, c + 1] }))]
      const file = join(dir, 'columns.parquet')
      await writeFile(file, Buffer.from(parquetWriteBuffer({ columnData })))
      return openFeed(file)
    }
    const events = await eventsOf(await write('', 'x'))
    expect(new Set(events.map(({ series }) => series))).toEqual(new Set(['column 2', 'x']))
    await expect(write('x', 'y', 'x')).rejects.toThrow('several columns called "x"')
  })

  it('reads fields of a Parquet struct as `parent.field`, those of `values` by their own name, and leaves lists out', async () => {
    const double = (name: string) => ({ name, type: 'DOUBLE', repetition_type: 'OPTIONAL' }) as const
    const schema: SchemaElement[] = [
      { name: 'root', num_children: 4 },
      { name: 'time', type: 'INT64', converted_type: 'TIMESTAMP_MILLIS', repetition_type: 'REQUIRED' },
      { name: 'plant', repetition_type: 'OPTIONAL', num_children: 2 },
      double('load'),
      { name: 'oil', repetition_type: 'OPTIONAL', num_children: 1 },
      double('temp'),
      { name: 'values', repetition_type: 'OPTIONAL', num_children: 1 },
      double('flow'),
      { name: 'tags', repetition_type: 'OPTIONAL', num_children: 1, converted_type: 'LIST' },
      { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
      double('element'),
    ]
    const hour = (h: number) => new Date(Date.UTC(2026, 0, 5, h))
    const columnData = [
      { name: 'time', data: [hour(0), hour(1), hour(2)] },
      { name: 'plant', data: [{ load: 1, oil: { temp: 10 } }, null, { load: 3, oil: null }] },
      { name: 'values', data: [{ flow: 7 }, { flow: 8 }, { flow: 9 }] },
      { name: 'tags', data: [[1], [2, 3], []] },
    ]
    const file = join(dir, 'struct.parquet')
    await writeFile(file, Buffer.from(parquetWriteBuffer({ schema, columnData })))
    const said = (await eventsOf(await openFeed(file))).map(({ series, value }) => [series, value])
    expect(said.filter(([series]) => series === 'plant.load')).toEqual([
      ['plant.load', 1],
      ['plant.load', 3],
    ])
    expect(said.filter(([series]) => series === 'plant.oil.temp')).toEqual([['plant.oil.temp', 10]])
    expect(said.filter(([series]) => series === 'flow').map(([, value]) => value)).toEqual([7, 8, 9])
    expect(new Set(said.map(([series]) => series)).size).toBe(3)
  })

  it.skipIf(process.platform === 'win32')(
    'refuses what is packed, what can be read only once, and folders',
    async () => {
      await expect(openFeed(dir)).rejects.toMatchObject({ message: `${dir} is a folder: name a file in it.` })
      await expect(openFeed('/dev/null')).rejects.toThrow(
        /is a pipe or device: write what it holds into a file/,
      )
      await writeFile(join(dir, 'a.csv.gz'), gzipSync('time,x'))
      await expect(openFeed(join(dir, 'a.csv.gz'))).rejects.toThrow(/is compressed: unpack it first/)
      await expect(openFeed(join(dir, '-'))).rejects.toThrow(/standard input is not read/)
    },
  )

  it('says which file cannot be reached, and which demos there are', async () => {
    await expect(openFeed(join(dir, 'none.csv'))).rejects.toMatchObject({ exitCode: 3 })
    await expect(openFeed('demo:tides')).rejects.toThrow(/demo:flights and demo:weather/)
  })
})

describe('demo:weather', () => {
  it('has one event per city and day with four channels', async () => {
    const feed = await openFeed('demo:weather')
    expect(feed).toMatchObject({ total: 2_922, series: 8, cadenceMs: 86_400_000 })
    // First rows of each city in weather.csv.
    expect((await eventsOf(feed)).slice(0, 2)).toEqual([
      {
        series: 'Seattle',
        timeMs: at('2012-01-01T00:00:00Z'),
        values: { temp_max: 12.8, temp_min: 5, wind: 4.7, precipitation: 0 },
      },
      {
        series: 'New York',
        timeMs: at('2012-01-01T00:00:00Z'),
        values: { temp_max: 10, temp_min: 3.3, wind: 5.1, precipitation: 1.8 },
      },
    ])
  })

  it('gives its channels as series of their own when read one by one', async () => {
    const names = new Set<string>()
    for await (const { series } of (await openFeed('demo:weather')).readings()) names.add(series)
    expect([...names].slice(0, 2)).toEqual(['Seattle.temp_max', 'Seattle.temp_min'])
    expect(names.size).toBe(8)
  })
})
