import type { CataloguedVersion, WeightsCatalogue } from '#shared/contracts/weights-catalogue'
import { countOf } from '#shared/words/count-of'
import type { CommandContext } from '../command-context.js'
import { formatCount, formatShare, formatTime, formatValue } from '../terminal/figures.js'
import { renderTable } from '../terminal/table.js'
import type { PipelineFlags } from './named-pipelines.js'
import { readWeightsCatalogues } from './read-weights-catalogue.js'

/** List every version of the pipelines: what it is, what it does, and what its contest said. */
export async function runWeightsLsCommand(flags: PipelineFlags, context: CommandContext): Promise<number> {
  const { terminal } = context
  for (const { pipeline, catalogue } of await readWeightsCatalogues(flags, context)) {
    if (flags.json) {
      for (const entry of catalogue.versions) {
        terminal.out.write(`${JSON.stringify({ pipeline, ...versionFigures(catalogue, entry) })}\n`)
      }
    } else {
      terminal.out.write(`${describeCatalogue(pipeline, catalogue).join('\n')}\n`)
    }
  }
  return 0
}

/** One version in plain data, the same for `ls --json` and `show --json`. */
export function versionFigures(catalogue: WeightsCatalogue, entry: CataloguedVersion) {
  const manifest = entry.weights?.manifest
  const verdict = entry.verdicts.at(-1)
  return {
    version: entry.version,
    state: catalogue.stateOf(entry),
    pinned: catalogue.pinned === entry.version,
    ...(entry.unfit !== null && { unfit: entry.unfit }),
    ...(manifest && {
      net: { cell: manifest.cell, layers: manifest.layers, hidden: manifest.hidden },
      parameters: entry.weights!.values.length,
      trainedTo: manifest.trainedToMs === null ? null : new Date(manifest.trainedToMs).toISOString(),
      samples: manifest.samples,
      heldBack: manifest.heldBack,
      checksum: entry.checksum,
      ...(manifest.imported && { imported: manifest.imported }),
    }),
    ...(verdict && {
      verdict: verdict.schema === 'foretide.promotion/1' ? 'promoted' : 'rejected',
      ...(verdict.schema === 'foretide.promotion/1' && { cause: verdict.cause ?? 'contest' }),
      ...(verdict.hand && { hand: verdict.hand }),
      decidedAt: verdict.time,
      evidence: verdict.evidence,
    }),
  }
}

function describeCatalogue(pipeline: string, catalogue: WeightsCatalogue): string[] {
  const { contest, faults } = catalogue
  const right = (title: string) => ({ title, align: 'right' }) as const
  const left = (title: string) => ({ title, align: 'left' }) as const
  const table = renderTable(
    [
      ...[right('version'), left('state'), left('net'), left('learned to'), right('samples')],
      ...[right('held-back loss'), right('champion then'), left('verdict')],
    ],
    catalogue.versions.map((entry) => {
      const { manifest } = entry.weights ?? {}
      return [
        ...[String(entry.version), catalogue.stateOf(entry)],
        manifest ? `${manifest.cell} ${manifest.layers} × ${manifest.hidden}` : 'as the settings say',
        manifest?.trainedToMs == null ? '–' : formatTime(manifest.trainedToMs),
        manifest ? formatCount(manifest.samples) : '–',
        formatValue(manifest?.heldBack?.loss ?? Number.NaN),
        formatValue(manifest?.heldBack?.servingLoss ?? Number.NaN),
        verdictText(entry, catalogue),
      ]
    }),
  )
  const { serving, shadow } = catalogue
  return [
    `${pipeline}: version ${serving} serves${pinText(catalogue)}${shadow === null ? '' : `, version ${shadow} shadows`}`,
    ...(contest
      ? [
          `  contest of ${contest.challenger} with ${contest.champion}: ${countOf(contest.contest.blocks, 'block')} so far`,
        ]
      : []),
    ...table.map((line) => `  ${line}`),
    ...unfitLines(catalogue),
    ...faults.map(({ offset, reason }) => `  refused, offset ${offset}: ${reason}`),
    '',
  ]
}

function pinText({ pinned, pinnedByConfiguration, lastPin }: WeightsCatalogue): string {
  if (pinned === null) return ''
  return pinnedByConfiguration || lastPin === null
    ? ' (pinned by the configuration)'
    : ` (pinned by ${lastPin.by})`
}

/** The versions that cannot serve, by what is wrong with them. */
function unfitLines({ versions }: WeightsCatalogue): string[] {
  const byFault = new Map<string, number[]>()
  for (const { version, unfit } of versions)
    if (unfit !== null) byFault.set(unfit, [...(byFault.get(unfit) ?? []), version])
  return [...byFault].map(([fault, numbers]) => `  unfit, ${numbers.join(', ')}: ${fault}`)
}

function verdictText(
  { version, verdicts, weights }: CataloguedVersion,
  { pinned }: WeightsCatalogue,
): string {
  const verdict = verdicts.at(-1)
  const imported = weights?.manifest.imported
  if (!verdict) return imported ? `imported from ${imported.file} by ${imported.by}` : ''
  const word = verdictWord(verdict, pinned === version)
  const { blocks, difference } = verdict.evidence
  const evidence =
    blocks === undefined || difference === undefined
      ? ''
      : `, ${countOf(blocks, 'block')}, ${errorChange(difference)}`
  return `${word} ${formatTime(Date.parse(verdict.time))}${evidence}`
}

/**
 * What was decided, and by whom where it was an operator.
 * @param pinned whether the version is pinned now
 */
export function verdictWord(verdict: CataloguedVersion['verdicts'][number], pinned: boolean): string {
  if (verdict.schema === 'foretide.rejection/1') return 'rejected'
  const { cause = 'contest', hand } = verdict
  const word = {
    contest: 'promoted',
    bootstrap: 'promoted',
    promote: 'promoted',
    rollback: 'rolled back to',
    pin: pinned ? 'pinned' : 'once pinned',
    unpin: 'unpinned',
  }[cause]
  return hand ? `${word} by ${hand.by}` : word
}

/**
 * What a contest's mean difference comes to.
 * @param difference (a − b) / (a + b) for errors a of the champion and b of the challenger
 */
export function errorChange(difference: number): string {
  const share = (2 * Math.abs(difference)) / (1 + difference)
  return `error ${formatShare(share)} ${difference >= 0 ? 'lower' : 'higher'}`
}
