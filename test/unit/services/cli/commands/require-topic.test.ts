import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { systemClock } from '#shared/clock/system-clock'
import { openEmbeddedLog } from '#shared/log/embedded/embedded-log'
import { runCommand } from '../command-line.js'

const folder = mkdtempSync(join(tmpdir(), 'foretide-topics-'))
afterAll(() => rmSync(folder, { recursive: true }))

it('says of a pipeline that was fed and never run that there is nothing of it', async () => {
  const dataDir = join(folder, 'data')
  const file = join(folder, 'foretide.yaml')
  writeFileSync(
    file,
    `{log: {dataDir: ${dataDir}}, pipelines: {meters: {cadence: 1h, input: {partitions: 1}}}}`,
  )
  const log = await openEmbeddedLog(dataDir, { clock: systemClock })
  await log.createTopics([{ topic: 'sensors.meters', partitions: 1, cleanup: 'delete' }])
  await log.close()
  for (const command of [['replay'], ['state', 'exclude', '--from', '2026-01-05', '--to', '2026-01-06']]) {
    const { code, err } = await runCommand([...command, '--config', file])
    expect([command, code, err]).toEqual([
      command,
      2,
      'foretide: the log has nothing of meters yet; `foretide up` makes its topics\n',
    ])
  }
})
