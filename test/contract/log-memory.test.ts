import { MemoryLog } from '#shared/log/memory/memory-log'
import type { Guarantee } from '#shared/log/port'
import { describeLog, record } from './log-contract.js'

const openMemoryLog = (guarantee: Guarantee) => async () => {
  let broken = false
  const log = new MemoryLog({
    guarantee,
    faults: {
      beforeCommit: () => {
        const fault = broken ? 'fail-between' : 'proceed'
        broken = false
        return fault
      },
    },
  })
  return {
    log,
    fence: async () => {
      log.crash()
      return log
    },
    unstorable: () => {
      broken = true
      return record('unstorable')
    },
    deleteBefore: async (offset: number) => log.deleteBefore('in', 0, offset),
    cleanUp: () => log.close(),
  }
}

describeLog('memory', openMemoryLog('exactly-once'))
describeLog('memory', openMemoryLog('at-least-once'), {
  ...{ exclusive: true, contiguous: true },
  guarantee: 'at-least-once',
})
