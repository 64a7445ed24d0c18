import { pinRecords, promotionByHandRecord, unpinRecords } from '#shared/contracts/weights-records'
import { ForetideError } from '#shared/errors/foretide-error'
import type { CommandContext } from '../command-context.js'
import { UsageError } from '../usage-error.js'
import type { PipelineCatalogue } from './read-weights-catalogue.js'
import { atWeightsDesk, type DecidingFlags, servableVersion, type WeightsDesk } from './weights-desk.js'

/** Somebody else decided at the same moment, and otherwise. */
class OvertakenError extends ForetideError {
  readonly code = 'WEIGHTS_OVERTAKEN'
}

export type ServeAction = 'promote' | 'rollback' | 'pin' | 'unpin'

/**
 * Have another version serve, or the same one whatever contests say.
 * @param version of `promote`; of `pin`, the serving one where it is left out
 */
export async function runWeightsServeCommand(
  action: ServeAction,
  version: number | undefined,
  flags: DecidingFlags,
  context: CommandContext,
): Promise<number> {
  return atWeightsDesk(flags, context, async (desk) => {
    const { serving: before } = desk.catalogue
    const { catalogue } = await decide(desk, action, version)
    const { serving, pinned, shadow } = catalogue
    const { pipeline, timeMs } = desk
    const time = new Date(timeMs).toISOString()
    const report = { pipeline, action, version: serving, before, shadow, pinned, time }
    context.terminal.out.write(`${flags.json ? JSON.stringify(report) : describe(report)}\n`)
    return 0
  })
}

async function decide(
  desk: WeightsDesk,
  action: ServeAction,
  version: number | undefined,
): Promise<PipelineCatalogue> {
  switch (action) {
    case 'promote':
      return promote(desk, version!, 'promote')
    case 'rollback': {
      const { before } = desk.catalogue
      if (before === null) {
        throw new UsageError(
          `${desk.pipeline} has nothing to roll back to: version ${desk.catalogue.serving} is the first that serves`,
        )
      }
      return promote(desk, before, 'rollback')
    }
    case 'pin':
      return pin(desk, version ?? desk.catalogue.serving)
    case 'unpin':
      return unpin(desk)
  }
}

async function promote(
  desk: WeightsDesk,
  version: number,
  cause: 'promote' | 'rollback',
): Promise<PipelineCatalogue> {
  const { catalogue, hand, timeMs, pipeline } = desk
  servableVersion(desk, version)
  const { pinned, serving: champion } = catalogue
  if (pinned !== null && pinned !== version) {
    throw new UsageError(
      `version ${pinned} of ${pipeline} is pinned; \`foretide weights unpin\` takes that back, \`foretide weights pin ${version}\` pins this one instead`,
    )
  }
  if (champion === version) return desk
  const after = await desk.append([promotionByHandRecord({ version, cause, champion }, hand, timeMs)])
  return settled(after, after.catalogue.serving === version)
}

export async function pin(desk: WeightsDesk, version: number): Promise<PipelineCatalogue> {
  const { catalogue, hand, timeMs } = desk
  servableVersion(desk, version)
  const { pinned, serving: champion } = catalogue
  if (pinned === version) return desk
  const after = await desk.append(pinRecords({ version, champion }, hand, timeMs))
  return settled(after, after.catalogue.serving === version && after.catalogue.pinned === version)
}

async function unpin(desk: WeightsDesk): Promise<PipelineCatalogue> {
  const { catalogue, hand, timeMs, pipeline, settings } = desk
  const { pinned: version, serving: champion } = catalogue
  if (settings.pinnedVersion !== null) {
    throw new UsageError(
      `version ${settings.pinnedVersion} of ${pipeline} is pinned by the configuration; take weights.pin away there, and start again`,
    )
  }
  if (version === null) throw new UsageError(`no version of ${pipeline} is pinned`)
  const after = await desk.append(unpinRecords({ version, champion }, hand, timeMs))
  return settled(after, after.catalogue.pinned === null)
}

function settled(after: PipelineCatalogue, done: boolean): PipelineCatalogue {
  if (done) return after
  const { serving, pinned } = after.catalogue
  throw new OvertakenError(
    `somebody else decided at the same moment: version ${serving} of ${after.pipeline} serves${pinned === null ? '' : `, version ${pinned} is pinned`}; look with \`foretide weights ls\``,
  )
}

function describe(report: {
  readonly pipeline: string
  readonly action: ServeAction
  readonly version: number
  readonly before: number
  readonly pinned: number | null
}): string {
  const { pipeline, action, version, before, pinned } = report
  if (action === 'unpin') return `${pipeline}: version ${version} goes on serving until another proves better`
  const how = pinned === version ? ', whatever contests say, until `foretide weights unpin`' : ''
  if (version === before) return `${pipeline}: version ${version} serves, as before${how}`
  return `${pipeline}: version ${version} serves in place of ${before}${how}; each partition swaps before its next batch`
}
