import { describeLog } from '#shared/composition/open-log'
import { loadConfiguration } from '#shared/configuration/load-configuration'
import type { ForecastMessage } from '#shared/contracts/forecast'
import { pipelineTopics } from '#shared/contracts/topics'
import type { CommandContext } from '../command-context.js'
import { UsageError } from '../usage-error.js'
import { type FollowedRecord, followTopics } from './follow-topics.js'
import { FORECAST_HEADING, forecastLine } from './forecast-line.js'
import { openStandingLog } from './open-standing-log.js'

export interface TailFlags {
  readonly config?: string
  readonly dataDir?: string
  readonly pipeline?: string
  readonly series?: string
  readonly last: number
  readonly follow: boolean
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
  const log = await openStandingLog(configuration.log, clock)
  try {
    const names = flags.pipeline ? [flags.pipeline] : configuration.pipelines.map(({ name }) => name)
    const topics: string[] = []
    for (const name of names) {
      const { forecasts } = pipelineTopics(configuration.topicPrefix, name)
      if ((await log.partitions(forecasts)) > 0) topics.push(forecasts)
    }
    if (topics.length === 0) {
      throw new UsageError(
        `the log, ${describeLog(configuration.log)}, has no pipeline ${names.join(', ')}; name one with --pipeline`,
      )
    }
    const { series, last, follow } = flags
    const key = series === undefined ? null : Buffer.from(series)
    if (!flags.json) terminal.out.write(`${FORECAST_HEADING}\n`)
    await followTopics({
      ...{ log, topics, last, follow, signal: stop },
      wanted: ({ record }) => record.value !== null && (key === null || matches(record.key, key)),
      take: ({ record }: FollowedRecord) => {
        const text = Buffer.from(record.value!).toString('utf8')
        if (flags.json) terminal.out.write(`${text}\n`)
        else terminal.out.write(`${forecastLine(JSON.parse(text) as ForecastMessage, terminal.colour)}\n`)
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
