import { countOf } from '#shared/words/count-of'
import type { CommandContext } from '../command-context.js'
import { formatCount, formatTime, formatValue } from '../terminal/figures.js'
import type { PipelineFlags } from './named-pipelines.js'
import { findVersion, readWeightsCatalogue } from './read-weights-catalogue.js'
import { errorChange, verdictWord, versionFigures } from './run-weights-ls-command.js'

/** @param version the serving one where it is left out */
export async function runWeightsShowCommand(
  version: number | undefined,
  flags: PipelineFlags,
  context: CommandContext,
): Promise<number> {
  const { terminal } = context
  const found = await readWeightsCatalogue(flags, context)
  const { pipeline, catalogue } = found
  const entry = findVersion(found, version ?? catalogue.serving)
  if (flags.json) {
    const gradientFlow = entry.weights?.manifest.gradientFlow ?? null
    terminal.out.write(
      `${JSON.stringify({ pipeline, ...versionFigures(catalogue, entry), gradientFlow, featureLayout: entry.weights?.manifest.featureLayout ?? null })}\n`,
    )
    return 0
  }
  const pinned = catalogue.pinned === entry.version ? ', pinned' : ''
  const lines = [`${pipeline}, weights version ${entry.version}: ${catalogue.stateOf(entry)}${pinned}`]
  const manifest = entry.weights?.manifest
  if (manifest) {
    const { cell, layers, hidden, inputs, outputs, samples, trainedToMs, heldBack } = manifest
    lines.push(
      `  net           ${cell}, ${countOf(layers, 'layer')} of ${hidden} units, ${inputs} features in, ${outputs} out, ${formatCount(entry.weights.values.length)} parameters`,
      `  learned from  ${countOf(samples, 'sample')}${trainedToMs === null ? '' : `, to ${formatTime(trainedToMs)}`}`,
    )
    if (heldBack) {
      lines.push(
        `  held back     loss ${formatValue(heldBack.loss)}; the champion then ${formatValue(heldBack.servingLoss)}, no change ${formatValue(heldBack.naiveLoss)}`,
      )
    }
    if (manifest.imported) {
      const { file, layout, by, reason } = manifest.imported
      lines.push(`  imported      from ${file} (${layout}) by ${by}${reason ? `: ${reason}` : ''}`)
    }
    lines.push(`  checksum      ${entry.checksum}`, `  features      ${manifest.featureLayout}`)
    if (entry.unfit !== null) lines.push(`  cannot serve  ${entry.unfit}`)
  } else {
    lines.push('  follows from the settings alone: untrained, its head says "no change"')
  }
  for (const verdict of entry.verdicts) {
    const { time, evidence, hand } = verdict
    const { champion, blocks, difference, better, worse } = evidence
    const rest =
      blocks === undefined
        ? hand?.reason
          ? `: ${hand.reason}`
          : ''
        : `: ${countOf(blocks, 'block')} of live scores against version ${champion}, ${errorChange(difference ?? 0)}, evidence ${formatValue(better ?? 0)} for and ${formatValue(worse ?? 0)} against it`
    lines.push(`  ${verdictWord(verdict, pinned !== '').padEnd(12)}  ${formatTime(Date.parse(time))}${rest}`)
  }
  terminal.out.write(`${lines.join('\n')}\n`)
  return 0
}
