import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { describePlatform } from '#services/cli/commands/describe-platform'
import type { PipelinePlan } from '#services/cli/platform/pipeline-plan'
import type { Platform } from '#services/cli/platform/start-platform'
import type { Configuration } from '#shared/configuration/configuration'
import { smallSettings } from '../../../../pipeline/pipeline-driver.js'

const configuration = {
  log: { kind: 'embedded', dataDir: join(process.cwd(), '.foretide') },
} as Configuration
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
})
