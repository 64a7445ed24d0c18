/**
 * A forecaster on Kafka in a process of its own, made to be killed, frozen and stopped. Runs from the build.
 * Argument: JSON of brokers, prefix, sessionMs, guarantee, settings. Tells on descriptor 3 what it does, in lines; see `reporting-log.mjs`,
 * and: `W text` a warning or error; `S` stopped and closed. Ends on SIGTERM.
 */
import { writeSync } from 'node:fs'
import { runForecaster } from '#services/forecaster/run-forecaster'
import { systemClock } from '#shared/clock/system-clock'
import { KafkaLog } from '#shared/log/kafka/kafka-log'
import { reportingLog } from './reporting-log.mjs'

const { brokers, prefix, sessionMs, guarantee, settings } = JSON.parse(process.argv[2])
const ending = new Promise((resolve) => process.once('SIGTERM', resolve))
// Nobody is left to end it.
process.stdin.on('end', () => process.exit(1)).resume()
const tell = (line) => writeSync(3, `${line}\n`)
const warn = (message, fields) => tell(`W ${message} ${JSON.stringify(fields ?? {})}`)
const ignore = () => undefined
const metrics = new Proxy({}, { get: () => ignore })

const log = new KafkaLog({
  ...{ brokers, clientId: 'crash', prefix, sessionMs, heartbeatMs: Math.ceil(sessionMs / 10) },
  ...{ guarantee, clock: systemClock },
})
const forecaster = await runForecaster({
  ...{ log: reportingLog(log, tell), pipeline: settings, clock: systemClock },
  ...{ metrics, notes: { info: ignore, warn, error: warn } },
})
await Promise.race([ending, forecaster.done])
await forecaster.stop()
await forecaster.done
await log.close()
tell('S')
process.exit(0)
