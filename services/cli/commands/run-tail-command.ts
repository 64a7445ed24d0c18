import { describeLog } from '#shared/composition/open-log'
import { loadConfiguration } from '#shared/configuration/load-configuration'
import type { ForecastMessage } from '#shared/contracts/forecast'
import { pipelineTopics } from '#shared/contracts/topics'
import type { CommandContext } from '../command-context.js'
import { UsageError } from '../usage-error.js'
import { DEAD_LETTER_HEADING, deadLetterLine, readDeadLetter } from './dead-letter-line.js'
import { followTopics } from './follow-topics.js'
import { FORECAST_HEADING, forecastLine } from './forecast-line.js'
import { openStandingLog } from './open-standing-log.js'

export interface TailFlags {
  readonly config?: string
  readonly dataDir?: string
  readonly pipeline?: string
  readonly series?: string
  readonly last: number
  readonly follow: boolean
  readonly deadLetters?: boolean
  readonly json?: boolean
}

export async function runTailCommand(
  flags: TailFlags,
  { terminal, env, clock, stop }: CommandContext,
): Promise<number> {
  const { dataDir } = flags
  const configuration = loadConfiguration({
    file: flags.config ?? env.FORETIDE_CONFIG,
    flags: { dataDir },
    env,
  })
  const log = await openStandingLog(configuration.log, clock, terminal.err)
  try {
    const configured = configuration.pipelines.map(({ name }) => name)
    const names = flags.pipeline ? [flags.pipeline] : configured
    const topics: string[] = []
    for (const name of names) {
      const { forecasts, deadLetters } = pipelineTopics(configuration.topicPrefix, name)
      const topic = flags.deadLetters ? deadLetters : forecasts
      if ((await log.partitions(topic)) > 0) topics.push(topic)
    }
    if (topics.length === 0) {
      const isKafka = configuration.log.kind === 'kafka'
      const makes = isKafka ? '`foretide topics apply` makes its topics' : '`foretide up` starts it'
      const known = names.every((name) => configured.includes(name))
      throw new UsageError(
        `the log, ${describeLog(configuration.log)}, has no pipeline ${names.join(', ')}; ${known ? `${makes}, or ` : ''}name another with --pipeline`,
      )
    }
    const { series, last, follow, json } = flags
    const write = (line: string) => terminal.out.write(`${line}\n`)
    const key = series === undefined ? null : Buffer.from(series)
    if (!json) write(flags.deadLetters ? DEAD_LETTER_HEADING : FORECAST_HEADING)
    const following = { log, topics, last, follow, signal: stop }
    if (flags.deadLetters) {
      await followTopics({
        ...following,
        wanted: ({ record }) => series === undefined || readDeadLetter(record).series === series,
        take: ({ record }) => {
          const letter = readDeadLetter(record)
          write(json ? JSON.stringify(letter) : deadLetterLine(letter))
        },
      })
      return 0
    }
    await followTopics({
      ...following,
      wanted: ({ record }) => record.value !== null && (key === null || matches(record.key, key)),
      take: ({ record }) => {
        const text = Buffer.from(record.value!).toString('utf8')
        write(json ? text : forecastLine(JSON.parse(text) as ForecastMessage, terminal.colour))
      },
    })
    return 0
  } finally {
    await log.close()
  }
}

function matches(key: Uint8Array | null, wanted: Buffer): boolean {
  return key !== null && wanted.equals(key)
}
