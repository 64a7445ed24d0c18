import { setMaxListeners } from 'node:events'
import { constants, setPriority } from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'
import { systemClock } from '#shared/clock/system-clock'
import { openLog } from '#shared/composition/open-log'
import { LastingOutage } from '#shared/log/lasting-outage'
import { outlast } from '#shared/log/outlast'
import { postLogMessages } from './log-messages.js'
import { train } from './train-pipeline.js'
import type { TrainerMessage, TrainerTask } from './trainer-message.js'

// A thread of its own, with its own memory and its own handle on the log: whatever training does, serving goes on.
const port = parentPort
if (!port) throw new Error('trainer-worker runs as a worker thread; start it with runTrainer')
const { log: settings, pipeline, takeOver } = workerData as TrainerTask
// Linux gives each thread a priority of its own, and 0 is the calling one; elsewhere this would slow serving, too.
if (process.platform === 'linux') setPriority(0, constants.priority.PRIORITY_BELOW_NORMAL)
const stopping = new AbortController()
// One listener for each partition of three topics.
setMaxListeners(0, stopping.signal)
port.once('message', () => stopping.abort())
const post = (message: TrainerMessage) => port.postMessage(message)
const outage = new LastingOutage(
  systemClock,
  postLogMessages((said) => post({ kind: 'log', said })),
)

try {
  // While the log is away nobody decides otherwise: the weights topic is read anew, and training goes on from there.
  await outlast(systemClock, stopping.signal, async () => {
    const log = await openLog(settings, systemClock, takeOver, outage)
    try {
      await train({
        log,
        pipeline,
        clock: systemClock,
        signal: stopping.signal,
        tell: (message) => {
          if (message.kind === 'owning') outage.over()
          post(message)
        },
      })
    } finally {
      await log.close()
    }
  })
} finally {
  port.close()
}
