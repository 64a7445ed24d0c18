import { randomUUID } from 'node:crypto'
import { basename } from 'node:path'
import { assembleWire, pipelineUntrainedWeights } from '#shared/composition/pipeline-parts'
import { forgottenRecord, weightsRecord, weightsTombstone } from '#shared/contracts/weights-records'
import { ForetideError } from '#shared/errors/foretide-error'
import { StandingVersions } from '#shared/pipeline/standing-versions'
import { checkWeights } from '#shared/recurrent/check-weights'
import { type ReadWeightsFile, readWeightsFile } from '#shared/recurrent/exchange/weights-file'
import type { RecurrentWeights } from '#shared/recurrent/recurrent-weights'
import type { CommandContext } from '../command-context.js'
import { formatCount } from '../terminal/figures.js'
import { type NetFlags, readingHints } from './net-flags.js'
import { pin } from './run-weights-serve-command.js'
import { atWeightsDesk, type DecidingFlags, type WeightsDesk } from './weights-desk.js'
import { readWholeFile } from './whole-file.js'

export interface WeightsImportFlags extends DecidingFlags, NetFlags {
  readonly pin?: boolean
}

/** Every number that was tried was taken by somebody else at the same moment. */
class NumberTakenError extends ForetideError {
  readonly code = 'WEIGHTS_NUMBER_TAKEN'
}

const TRIES = 3

/** Make a file a version of the pipeline, which challenges the serving one, or serves at once. */
export async function runWeightsImportCommand(
  file: string,
  flags: WeightsImportFlags,
  context: CommandContext,
): Promise<number> {
  const read = readWeightsFile(await readWholeFile(file), flags.from, readingHints(flags))
  return atWeightsDesk(flags, context, async (desk) => {
    const version = await publish(desk, read, file)
    await forgetOld(await reopened(desk))
    const { catalogue } = flags.pin ? await pin(await reopened(desk), version) : await reopened(desk)
    const { serving, shadow, pinned } = catalogue
    const { pipeline } = desk
    const { shape, values } = read.net
    const report = {
      ...{ pipeline, action: 'import', version, file, layout: read.layout },
      ...{ net: { cell: shape.cell, layers: shape.layers, hidden: shape.hidden } },
      ...{ parameters: values.length, serving, shadow, pinned },
    }
    const net = `${shape.cell}, ${shape.layers} × ${shape.hidden}, ${formatCount(values.length)} parameters`
    const does =
      pinned === version
        ? 'it serves, whatever contests say, until `foretide weights unpin`'
        : `it shadows version ${serving}, and serves once its live scores are better`
    context.terminal.out.write(
      flags.json
        ? `${JSON.stringify(report)}\n`
        : `${pipeline}: ${file} (${read.layout}) is version ${version}, ${net}; ${does}\n`,
    )
    return 0
  })
}

/** @returns the number that it was given */
async function publish(desk: WeightsDesk, { net, layout }: ReadWeightsFile, file: string): Promise<number> {
  const { manifest: expected } = pipelineUntrainedWeights(desk.settings)
  const { provenance } = net
  let version = desk.catalogue.nextVersion
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const weights: RecurrentWeights = {
      manifest: {
        ...net.shape,
        version,
        // A file of another framework says nothing of its features: whoever imports it vouches for them.
        featureLayout: provenance?.featureLayout ?? expected.featureLayout,
        trainedToMs: provenance?.trainedToMs ?? null,
        samples: provenance?.samples ?? 0,
        // Measured on other data, by whoever trained it.
        heldBack: null,
        imported: { ...desk.hand, file: basename(file), layout },
      },
      values: net.values,
    }
    checkWeights(weights, expected, `The weights of ${basename(file)}`)
    const place = randomUUID()
    const { catalogue } = await desk.append([weightsRecord(weights, place)])
    const found = catalogue.get(version)?.weights
    if (found?.manifest.imported?.file === basename(file) && sameValues(found.values, net.values))
      return version
    version = catalogue.nextVersion
  }
  throw new NumberTakenError(`others publish versions of ${desk.pipeline} at the same moment; try again`)
}

/** As the trainer does after each version, where one runs: see there for the order. */
async function forgetOld({ log, catalogue, settings, timeMs, append }: WeightsDesk): Promise<void> {
  const standing = new StandingVersions(log, settings.topics.decisions, assembleWire(settings))
  const old = await standing.idle(catalogue.olderThan(settings.weightsKept))
  if (old.length === 0) return
  const { catalogue: after } = await append([forgottenRecord(old, timeMs)])
  await append(after.forgottenKeys.map(weightsTombstone))
}

function sameValues(a: Float32Array, b: Float32Array): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i])
}

/** With what the topic says by now. */
async function reopened(desk: WeightsDesk): Promise<WeightsDesk> {
  return { ...desk, ...(await desk.append([])) }
}
