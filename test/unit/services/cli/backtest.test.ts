import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { systemClock } from '#shared/clock/system-clock'
import { sensorEventRecord } from '#shared/feed/sensor-event-record'
import { openEmbeddedLog } from '#shared/log/embedded/embedded-log'
import { noise } from '../../shared/pipeline/line-driver.js'
import { runCommand } from './command-line.js'

const folder = mkdtempSync(join(tmpdir(), 'foretide-backtest-'))
afterAll(() => rmSync(folder, { recursive: true }))
const at = (name: string) => join(folder, name)

/** Two series, hourly; each hour of the day has a value of its own, which who knows no season cannot know. */
const rows = Array.from({ length: 400 }, (_, hour) => {
  const day = noise(9, hour % 24)
  const time = new Date(Date.UTC(2026, 0, 5) + hour * 3_600_000).toISOString()
  return `${time},${(10 + 5 * day + 0.2 * noise(1, hour)).toFixed(3)},${(20 - 3 * day + 0.2 * noise(2, hour)).toFixed(3)}`
})
writeFileSync(at('meters.csv'), ['time,a,b', ...rows].join('\n'))
writeFileSync(at('other.yaml'), 'pipelines: {meters: {cadence: 1h, horizon: 3, season: 1}}\n')
const base = ['backtest', at('meters.csv'), '--horizon', '3', '--no-learn', '--data-dir', at('data')]

describe('foretide backtest', () => {
  it('compares two configurations, writes both files, and lets a figure of the comparison fail', async () => {
    const flags = ['--vs', at('other.yaml'), '--report', at('report.html'), '--origins', at('origins.csv')]
    const { code, out, err } = await runCommand([...base, ...flags, '--json', '--fail-if', 'paired.mae.p<=1'])
    const report = JSON.parse(out.trim().split('\n').at(-1)!)
    expect(report).toMatchObject({
      configuration: 'defaults',
      vs: { configuration: 'other.yaml', horizon: 3 },
    })
    // 400 hours: the scored half is 8 spans of 24 hours, the season of the first.
    expect(report.paired).toMatchObject({ blocks: 8, unpaired: [0, 0] })
    expect(report.paired.mae.difference).toBeLessThan(0)
    expect(code).toBe(1)
    expect(err).toContain(`failed: paired.mae.p is ${report.paired.mae.p}`)
    expect(existsSync(at('report.html'))).toBe(true)
    const lines = readFileSync(at('origins.csv'), 'utf8').trimEnd().split('\n')
    // Each outcome of each of the two.
    expect(lines.length - 1).toBe(2 * report.paired.targets)
    expect(new Set(lines.slice(1).map((line) => line.split(',')[0]))).toEqual(
      new Set(['defaults', 'other.yaml']),
    )
  })

  it('gives two configurations two names, whatever their files are called', async () => {
    const own = 'meters: {cadence: 1h, horizon: 3}'
    for (const branch of ['main', 'proposed']) {
      mkdirSync(at(branch), { recursive: true })
      writeFileSync(
        at(`${branch}/foretide.yaml`),
        `pipelines: {${own}, blind: {cadence: 1h, horizon: 3, season: 1}}\n`,
      )
    }
    const [one, two] = [at('main/foretide.yaml'), at('proposed/foretide.yaml')]
    const blind = ['--vs-pipeline', 'blind']
    const before = { FORETIDE_CONFIG: one }
    for (const [flags, env, named] of [
      [['--config', one, '--vs', two, ...blind], {}, [one, two]],
      [['--config', one, '--vs', one, ...blind], {}, ['foretide.yaml meters', 'foretide.yaml blind']],
      [['--config', one, '--vs', one], {}, ['foretide.yaml', 'the same']],
      [['--vs', at('other.yaml')], before, ['foretide.yaml', 'other.yaml']],
    ] as const) {
      const written = ['--origins', at('named.csv'), '--json']
      const { out, err } = await runCommand([...base, ...flags, '--pipeline', 'meters', ...written], env)
      expect(err).toBe(`written: ${at('named.csv')}\n`)
      const report = JSON.parse(out.trim().split('\n').at(-1)!)
      expect([report.configuration, report.vs.configuration]).toEqual(named)
      const rows = readFileSync(at('named.csv'), 'utf8').trimEnd().split('\n').slice(1)
      expect(new Set(rows.map((line) => line.split(',')[0]))).toEqual(new Set(named))
    }
  })

  it('says in words which is better, and that too little time is no test', async () => {
    const { code, out } = await runCommand([...base, '--vs', at('other.yaml')])
    expect(code).toBe(0)
    // 400 hours from midnight: the middle between the first and the last.
    expect(out).toMatch(/^scored from 2026-01-13 07:30 on: /m)
    expect(out).toMatch(/^MAE: defaults is better than other\.yaml by [\d.]+ %$/m)
    const short = ['--test-from', '350', '--vs', at('other.yaml')]
    const untested = await runCommand([...base, ...short])
    expect(untested.out).toContain('too little time is scored for a test')
    expect(untested.out).toMatch(/^MAE .* –\s+–$/m)
  })

  it('says where there is no log, and leaves none there', async () => {
    const { code, err } = await runCommand(['backtest', 'topic:sensors.a', '--data-dir', at('mistyped')])
    expect([code, err]).toEqual([
      3,
      expect.stringContaining(`there is no log in ${at('mistyped')}; start one`),
    ])
    expect(existsSync(at('mistyped'))).toBe(false)
  })

  it('says of one that was stopped that nothing came of it', async () => {
    const { code, out, err } = await runCommand(
      [...base, '--origins', at('stopped.csv')],
      {},
      AbortSignal.abort(),
    )
    expect([code, out, err]).toEqual([
      130,
      '',
      expect.stringContaining('nothing is scored, and no file was written'),
    ])
    expect(existsSync(at('stopped.csv'))).toBe(false)
  })

  it('writes a page to no file of another kind', async () => {
    const { code, err } = await runCommand([...base, '--report', at('report.pdf')])
    expect([code, err]).toEqual([2, `foretide: --report ${at('report.pdf')} must end with .html.\n`])
  })

  it('finds out before the work that a file cannot be written, and what is no time', async () => {
    const nowhere = await runCommand([...base, '--report', join(at('none'), 'report.html')])
    expect([nowhere.code, nowhere.err]).toEqual([3, expect.stringContaining('there is no folder')])
    const ending = await runCommand([...base, '--origins', at('origins.xlsx')])
    expect([ending.code, ending.err]).toEqual([2, expect.stringContaining('.parquet or .csv')])
    const lost = await runCommand([...base, '--origins', join(at('none'), 'origins.csv')])
    expect([lost.code, lost.err]).toEqual([3, expect.stringContaining('there is no folder')])
    const inFile = await runCommand([...base, '--report', join(at('meters.csv'), 'report.html')])
    expect([inFile.code, inFile.err]).toEqual([3, expect.stringContaining('there is no folder')])
    mkdirSync(at('folder.html'))
    const taken = await runCommand([...base, '--report', at('folder.html')])
    expect([taken.code, taken.err]).toEqual([3, expect.stringContaining('it is a folder')])
    const time = await runCommand([...base, '--report', at('r.html'), '--fans-at', 'yesterday'])
    expect([time.code, time.err]).toEqual([2, expect.stringContaining('--fans-at yesterday is no time')])
    expect(existsSync(at('r.html'))).toBe(false)
  })

  it('never writes the forecasts over the file that it reads', async () => {
    const [, source, ...rest] = base
    const before = readFileSync(source!)
    for (const file of [source!, `${folder}/./data/../meters.csv`]) {
      const { code, err } = await runCommand(['backtest', source!, ...rest, '--origins', file])
      expect([code, err]).toEqual([2, expect.stringContaining('is the source itself')])
    }
    expect(readFileSync(source!).equals(before)).toBe(true)
  })

  it('scores the levels that a configuration asks for, everywhere', async () => {
    writeFileSync(
      at('levels.yaml'),
      'pipelines: {meters: {cadence: 1h, horizon: 3, levels: [0.02, 0.98, 0.6]}}\n',
    )
    const [, source] = base
    const own = ['backtest', source!, '--no-learn', '--config', at('levels.yaml')]
    const files = ['--vs', at('other.yaml'), '--report', at('levels.html'), '--origins', at('levels.csv')]
    const { code, out } = await runCommand([...own, ...files, '--json'])
    expect(code).toBe(0)
    const report = JSON.parse(out)
    expect(Object.keys(report.coverage)).toEqual(['0.5', '0.8', '0.95', '0.96'])
    expect(Object.keys(report.vs.coverage)).toEqual(['0.5', '0.8', '0.95'])
    expect(report.coverage['0.96']).toBeGreaterThanOrEqual(report.coverage['0.95'])
    expect(report.quantiles['0.98'].below).toBeGreaterThan(report.quantiles['0.975'].below - 1e-9)
    // The same forecasts otherwise.
    const { code: plain, out: bare } = await runCommand([...base, '--json'])
    expect(plain).toBe(0)
    const { mse, mae, crps } = JSON.parse(bare)
    expect(report).toMatchObject({ mse, mae, crps })
    const [head] = readFileSync(at('levels.csv'), 'utf8').split('\n')
    expect(head).toContain('q0.02,q0.025,q0.1,q0.25,q0.6,q0.75,q0.9,q0.975,q0.98')
    expect(readFileSync(at('levels.html'), 'utf8')).toContain(
      '"levels":[0.02,0.025,0.1,0.25,0.5,0.6,0.75,0.9,0.975,0.98]',
    )
    const { out: told } = await runCommand(own)
    expect(told).toMatch(/^96 % +\d/m)
    expect(told).toMatch(/^ *0\.6 +\d+\.\d %/m)
  })

  it('ends with 1 and says why where nothing can be scored', async () => {
    writeFileSync(at('short.csv'), ['time,a,b', ...rows.slice(0, 2)].join('\n'))
    for (const more of [[], ['--json'], ['--vs', at('other.yaml')]]) {
      const flags = ['--horizon', '3', '--cadence', '1h', '--no-learn', ...more]
      const { code, err } = await runCommand(['backtest', at('short.csv'), ...flags])
      expect([code, err]).toEqual([
        1,
        expect.stringContaining('nothing was scored: no forecast made from 2026-01-05 00:30 on'),
      ])
    }
  })

  it('knows the figures before the work begins, and says what there is where one is missing', async () => {
    const typo = await runCommand([...base, '--fail-if', 'mases>1'])
    expect([typo.code, typo.err]).toEqual([2, expect.stringContaining('did you mean `mase`?')])
    const alone = await runCommand([...base, '--fail-if', 'paired.mae.p<0.1'])
    expect([alone.code, alone.err]).toEqual([2, expect.stringContaining('needs --vs')])
    for (const [figure, said] of [
      ['coverage.0.99<0.9', 'has no figure coverage.0.99; coverage has 0.5, 0.8, 0.95'],
      ['byLead.4.mae>1', 'has no figure byLead.4.mae; byLead has 1, 2, 3'],
      ['experts.arima.mae>1', 'has no figure experts.arima.mae; experts has '],
      ['windows.1.mse>1', 'has no figure windows.1.mse; it has '],
      ['source>1', 'names no figure of the report: source'],
      ...['trainings', 'verdicts', 'driftAlarms'].map((part) => [`${part}>0`, 'nothing is trained'] as const),
    ] as const) {
      const { code, out, err } = await runCommand([...base, '--fail-if', figure])
      expect([code, out, err]).toEqual([2, '', expect.stringContaining(said)])
      // No event was read: progress would have been told.
      expect(err).not.toContain('events/s')
    }
    const other = ['--vs', at('other.yaml'), '--fail-if']
    const unpaired = await runCommand([...base, ...other, 'paired.mae.median>0'])
    expect([unpaired.code, unpaired.err]).toEqual([
      2,
      expect.stringContaining('paired.mae has first, second'),
    ])
    expect((await runCommand([...base, ...other, 'vs.byLead.3.mae<0'])).code).toBe(0)
  })

  it('says which series cannot be standardised, since nothing of them moves in the rows', async () => {
    const still = rows.map((row, hour) => `${row},${hour < 100 ? 5 : 5 + noise(3, hour)}`)
    writeFileSync(at('still.csv'), ['time,a,b,still', ...still].join('\n'))
    const flags = ['--horizon', '3', '--no-learn', '--test-from', '200', '--standardise-on']
    const { code, err } = await runCommand(['backtest', at('still.csv'), ...flags, '0:100'])
    expect([code, err]).toEqual([
      0,
      expect.stringMatching(/^still does not move in the rows of --standardise-on/m),
    ])
    const { err: none } = await runCommand(['backtest', at('still.csv'), ...flags, '0:101'])
    expect(none).not.toContain('does not move')
  })

  it('refuses fans at origins that the data do not reach', async () => {
    for (const time of ['2026-01-04', '2026-01-22']) {
      const { code, err } = await runCommand([
        ...base,
        '--report',
        at('outside.html'),
        '--fans-at',
        '2026-01-10',
        time,
      ])
      expect([code, err]).toEqual([
        2,
        expect.stringContaining(`no origin at ${time}T00:00: the data reach from 2026-01-05T00:00 to`),
      ])
    }
    expect(existsSync(at('outside.html'))).toBe(false)
  })

  it('refuses flags that would change nothing', async () => {
    for (const [flags, said] of [
      [['--from', '2026-01-10'], '--from and --to cut a range out of a topic'],
      [['--to', '2026-01-10'], '--from and --to cut a range out of a topic'],
      [['--vs-pipeline', 'meters'], '--vs-pipeline needs --vs'],
      [['--fans-at', '2026-01-15'], '--fans-at needs --report'],
      [['--net', 'trained'], '--net trained trains and --no-learn does not'],
    ] as const) {
      const { code, err } = await runCommand([...base, ...flags])
      expect([code, err]).toEqual([2, expect.stringContaining(said)])
    }
  })

  it('takes the range and the cadence of a topic from its readings', async () => {
    const dataDir = at('log')
    const log = await openEmbeddedLog(dataDir, { clock: systemClock })
    await log.createTopics([{ topic: 'pulses', partitions: 1, cleanup: 'delete' }])
    const began = Date.UTC(2026, 0, 5)
    const minutes = Array.from({ length: 300 }, (_, minute) => began + minute * 60_000)
    await log.append(
      'pulses',
      minutes.map((timeMs, t) =>
        sensorEventRecord({ series: 'a', timeMs, value: noise(1, t) }, 0, timeMs, []),
      ),
    )
    await log.close()
    const range = ['--from', '2026-01-05T01:00', '--to', '2026-01-05T04:00']
    const flags = [...range, '--horizon', '3', '--no-learn', '--data-dir', dataDir, '--json']
    const { code, out } = await runCommand(['backtest', 'topic:pulses', ...flags])
    expect(code).toBe(0)
    // From 1 to 4 o'clock, one a minute; the middle of the first and the last lies before 2:30. All but the last origin meet one.
    expect(JSON.parse(out)).toMatchObject({
      events: 180,
      leftOut: {},
      scoredFrom: '2026-01-05T02:29:30.000Z',
      origins: 89,
    })
  })

  it('refuses to forecast with no expert at all', async () => {
    const off = (...names: string[]) => names.map((name) => `${name}: false`).join(', ')
    const plain = ['persistence', 'seasonal', 'profile', 'level-profile', 'autoregression', 'seasonal-week']
    const net = ['recurrent', 'read-out', 'fast-read-out']
    for (const [of, experts, flags, why] of [
      // What is left on is for readings that come once a day or less often; that these come every hour is found in the file.
      [
        `feed: {source: ${at('meters.csv')}}`,
        off(...plain, ...net),
        [],
        'of such a cadence and season `seasonal-drift`, `log-seasonal` can say nothing',
      ],
      ['cadence: 1h', off(...plain, 'seasonal-drift', 'log-seasonal'), ['--net', 'off'], 'all are off'],
    ] as const) {
      writeFileSync(at('none.yaml'), `pipelines: {meters: {${of}, model: {experts: {${experts}}}}}\n`)
      const { code, err } = await runCommand([...base, '--config', at('none.yaml'), ...flags])
      expect([code, err]).toEqual([2, expect.stringContaining(`No expert is left to forecast with: ${why}.`)])
    }
  })

  it('asks for the pipeline of a configuration by the flag that names it', async () => {
    writeFileSync(at('two.yaml'), 'pipelines: {here: {cadence: 1h}, there: {cadence: 1h}}\n')
    const absent = 'there is no pipeline nowhere; '
    for (const [flags, flag, before] of [
      [['--config', at('two.yaml')], '--pipeline', ''],
      [['--config', at('two.yaml'), '--pipeline', 'nowhere'], '--pipeline', absent],
      [['--vs', at('two.yaml')], '--vs-pipeline', ''],
      [['--vs', at('two.yaml'), '--vs-pipeline', 'nowhere'], '--vs-pipeline', absent],
    ] as const) {
      const { code, err } = await runCommand([...base, ...flags])
      const said = `foretide: ${before}say which pipeline of ${at('two.yaml')} to take with ${flag}: here, there.\n`
      expect([code, err]).toEqual([2, said])
    }
  })

  it('refuses configurations that forecast other leads', async () => {
    writeFileSync(at('longer.yaml'), 'pipelines: {meters: {cadence: 1h, horizon: 5}}\n')
    const [, source] = base
    const flags = ['--config', at('longer.yaml'), '--vs', at('other.yaml'), '--no-learn']
    const { code, err } = await runCommand(['backtest', source!, ...flags])
    expect([code, err]).toEqual([
      2,
      expect.stringContaining('forecast 5 leads every 1h and 3 leads every 1h;'),
    ])
  })
})
