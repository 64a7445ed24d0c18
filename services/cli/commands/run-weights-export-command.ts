import type { Layout } from '#shared/recurrent/exchange/weights-file'
import { writeWeightsFile } from '#shared/recurrent/exchange/weights-file'
import { shapeOf } from '#shared/recurrent/net-shape'
import type { CommandContext } from '../command-context.js'
import { UsageError } from '../usage-error.js'
import type { PipelineFlags } from './named-pipelines.js'
import { findVersion, readWeightsCatalogue } from './read-weights-catalogue.js'
import { writeWholeFile } from './whole-file.js'

export interface WeightsExportFlags extends PipelineFlags {
  readonly to: Layout
}

/** Write a trained version as a safetensors file. */
export async function runWeightsExportCommand(
  version: number,
  file: string,
  flags: WeightsExportFlags,
  context: CommandContext,
): Promise<number> {
  const found = await readWeightsCatalogue(flags, context)
  const { weights } = findVersion(found, version)
  if (!weights)
    throw new UsageError('version 0 is untrained and follows from the settings; there is no file to write')
  const { manifest, values } = weights
  const { featureLayout, trainedToMs, samples, heldBack } = manifest
  const provenance = { version, featureLayout, trainedToMs, samples, heldBack }
  await writeWholeFile(file, writeWeightsFile({ shape: shapeOf(manifest), values, provenance }, flags.to))
  const { pipeline } = found
  const { terminal } = context
  if (flags.json) terminal.out.write(`${JSON.stringify({ pipeline, version, out: file, to: flags.to })}\n`)
  else terminal.out.write(`${pipeline}, weights version ${version} → ${file} (${flags.to})\n`)
  return 0
}
