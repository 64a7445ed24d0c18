import { sameShape } from '#shared/recurrent/net-shape'
import { tensorsOf } from '#shared/recurrent/tensors'
import type { CommandContext } from '../command-context.js'
import { formatShare, formatValue } from '../terminal/figures.js'
import { renderTable } from '../terminal/table.js'
import { UsageError } from '../usage-error.js'
import type { PipelineFlags } from './named-pipelines.js'
import { findVersion, readWeightsCatalogue } from './read-weights-catalogue.js'

/** How two sets of the same tensors differ. */
export interface TensorDifference {
  readonly tensor: string
  readonly shape: readonly number[]
  /** Euclidean norms of the first and of the second less the first. */
  readonly norm: number
  readonly differenceNorm: number
  readonly largest: number
}

/** Compare two trained versions tensor by tensor. @returns 1 when they differ */
export async function runWeightsDiffCommand(
  a: number,
  b: number,
  flags: PipelineFlags,
  context: CommandContext,
): Promise<number> {
  const found = await readWeightsCatalogue(flags, context)
  const [first, second] = [findVersion(found, a).weights, findVersion(found, b).weights]
  if (!first || !second) {
    throw new UsageError('version 0 is untrained and not in the topic; compare two trained versions')
  }
  if (!sameShape(first.manifest, second.manifest)) {
    const [p, q] = [first.manifest, second.manifest]
    throw new UsageError(
      `versions ${a} and ${b} are different nets (${p.cell} ${p.layers} × ${p.hidden}, ${q.cell} ${q.layers} × ${q.hidden}); only equal ones have the same tensors`,
    )
  }
  const tensors = tensorsOf(first.manifest).map(({ name, shape, from, length }) => ({
    ...{ tensor: name, shape },
    ...compareValues(first.values.subarray(from, from + length), second.values.subarray(from, from + length)),
  }))
  const { terminal } = context
  const { pipeline } = found
  if (flags.json) terminal.out.write(`${JSON.stringify({ pipeline, from: a, to: b, tensors })}\n`)
  else terminal.out.write(`${describeDifferences(tensors).join('\n')}\n`)
  return tensors.some(({ largest }) => largest > 0) ? 1 : 0
}

function compareValues(
  first: Float32Array,
  second: Float32Array,
): Pick<TensorDifference, 'norm' | 'differenceNorm' | 'largest'> {
  let [square, differenceSquare, largest] = [0, 0, 0]
  for (let i = 0; i < first.length; i++) {
    const difference = second[i]! - first[i]!
    square += first[i]! * first[i]!
    differenceSquare += difference * difference
    largest = Math.max(largest, Math.abs(difference))
  }
  return { norm: Math.sqrt(square), differenceNorm: Math.sqrt(differenceSquare), largest }
}

function describeDifferences(tensors: readonly TensorDifference[]): string[] {
  const right = (title: string) => ({ title, align: 'right' }) as const
  return renderTable(
    [
      ...[{ title: 'tensor', align: 'left' } as const, { title: 'shape', align: 'left' } as const],
      ...[right('norm'), right('moved by'), right('share'), right('largest')],
    ],
    tensors.map(({ tensor, shape, norm, differenceNorm, largest }) => [
      ...[tensor, shape.join(' × '), formatValue(norm), formatValue(differenceNorm)],
      ...[norm > 0 ? formatShare(differenceNorm / norm) : '–', formatValue(largest)],
    ]),
  )
}
