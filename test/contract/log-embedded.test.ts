import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '#shared/clock/system-clock'
import { type EmbeddedLog, openEmbeddedLog } from '#shared/log/embedded/embedded-log'
import { describeLog } from './log-contract.js'

describeLog('embedded', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'foretide-log-'))
  const opened: EmbeddedLog[] = []
  const open = async (takeOver: boolean) => {
    const log = await openEmbeddedLog(dir, { clock: systemClock, takeOver })
    opened.push(log)
    return log
  }
  const log = await open(false)
  return {
    log,
    fence: () => open(true),
    cleanUp: async () => {
      for (const one of opened) await one.close()
      await rm(dir, { recursive: true })
    },
  }
})
