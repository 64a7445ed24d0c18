import { MemoryLog } from '#shared/log/memory/memory-log'
import { describeLog } from './log-contract.js'

describeLog('memory', async () => {
  const log = new MemoryLog()
  return {
    log,
    fence: async () => {
      log.crash()
      return log
    },
    deleteBefore: async (offset) => log.deleteBefore('in', 0, offset),
    cleanUp: () => log.close(),
  }
})
