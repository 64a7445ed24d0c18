/**
 * A trainer in a process of its own, made to be killed. Runs from the build.
 * Argument: JSON of dir, settings, and how many of its worker threads to end in the middle of a session.
 * Tells on standard output, in lines: `P step` of a session, `K` a worker that was ended, `D decision` on weights.
 */
import { syncBuiltinESMExports } from 'node:module'
import threads from 'node:worker_threads'

const { dir, settings, workerKills } = JSON.parse(process.argv[2])
const say = (line) => process.stdout.write(`${line}\n`)
/** Steps into a session: what it has learned by then is lost. */
const STRIKE_AT = 40

let killed = 0
threads.Worker = class extends threads.Worker {
  constructor(...args) {
    super(...args)
    this.on('message', ({ kind, step, decision }) => {
      if (kind === 'decision') say(`D ${decision}`)
      if (kind !== 'progress') return
      say(`P ${step}`)
      if (step < STRIKE_AT || killed >= workerKills) return
      killed++
      say('K')
      void this.terminate()
    })
  }
}
syncBuiltinESMExports()

const { runTrainer } = await import('#services/trainer/run-trainer')
const ignore = () => undefined
const metrics = new Proxy({}, { get: () => ignore })
const warn = (message, fields) => say(`W ${message} ${JSON.stringify(fields ?? {})}`)
const trainer = runTrainer({
  log: { kind: 'embedded', dataDir: dir },
  pipeline: settings,
  metrics,
  notes: { info: ignore, warn, error: warn },
})
process.once('SIGTERM', () => void trainer.stop())
