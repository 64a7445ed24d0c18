import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { describePlatform } from '#services/cli/commands/describe-platform'
import type { PipelinePlan } from '#services/cli/platform/pipeline-plan'
import type { Platform } from '#services/cli/platform/start-platform'
import type { Configuration } from '#shared/configuration/configuration'
import { smallSettings } from '../../../../pipeline/pipeline-driver.js'

const configuration = {
  log: { kind: 'embedded', dataDir: join(process.cwd(), '.foretide') },
  pipelines: [
    { name: 'demo', feed: { source: 'demo:weather' } },
    {
      name: 'cities',
      feed: {
        ...{ source: '/data/my weather.csv', speed: 'max', series: 'city', value: 'temp max' },
        ...{ dayFirst: true, timeUnit: 's', delimiter: '\t', covariates: ['wind', 'rain'] },
      },
    },
  ],
} as unknown as Configuration
const said = (plans: readonly Partial<PipelinePlan>[], config?: string) =>
  describePlatform({ url: 'http://127.0.0.1:1', plans } as unknown as Platform, configuration, {
    ...(config === undefined ? {} : { config }),
  } as Parameters<typeof describePlatform>[2])

describe('what `foretide up` says to do next', () => {
  const meters = {
    settings: smallSettings({ name: 'meters', inputTopic: 'plant.meters', horizon: 6 }),
    source: null,
  }
  const fed = { settings: smallSettings({ name: 'demo', horizon: 7 }), source: 'demo:weather' }

  it('is to backtest the topic of a pipeline that has no feed', () => {
    expect(said([meters], 'my.yaml')).toContain(
      'how good?     npx foretide backtest topic:plant.meters --pipeline meters --config my.yaml\n',
    )
    expect(said([meters])).toContain('backtest topic:plant.meters --horizon 6 --pipeline meters\n')
  })

  it('is to backtest what is fed, where something is, by that pipeline’s horizon', () => {
    expect(said([meters, fed], 'my.yaml')).toContain(
      'how good?     npx foretide backtest demo:weather --horizon 7\n',
    )
  })

  it('is to read a file with the flags that it is fed with', () => {
    const settings = smallSettings({ name: 'cities', horizon: 7, covariates: ['wind', 'rain'] })
    expect(said([{ settings, source: '/data/my weather.csv' }])).toContain(
      "npx foretide backtest '/data/my weather.csv' --series city --value 'temp max' --day-first --time-unit s " +
        '--delimiter tab --covariates wind,rain --horizon 7\n',
    )
  })
})
