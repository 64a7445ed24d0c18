import {
  GRADIENT_NORM_MAX,
  LEARNING_RATES,
  SOLVED_SHARE,
  TASK_PLANS,
  type TaskName,
} from '#services/benchmarks/memory-plan'
import type { MemoryBenchReport, MemoryResult } from '#services/benchmarks/run-memory-bench'
import { medianOf } from '#shared/scoring/median-of'
import { formatSeconds } from '../terminal/figures.js'

/** One Markdown table for each task: lengths down, cells across. It is what `docs/memory-of-cells.md` holds. */
export function describeMemoryBench({ results }: MemoryBenchReport): string[] {
  const tasks = [...new Set(results.map(({ task }) => task))]
  return tasks.flatMap((task) =>
    describeTask(
      task,
      results.filter((result) => result.task === task),
    ),
  )
}

function describeTask(task: TaskName, results: readonly MemoryResult[]): string[] {
  const { hidden, rows, updatesMax } = TASK_PLANS[task]
  const cells = [...new Set(results.map(({ cell }) => cell))]
  const lengths = [...new Set(results.map(({ length }) => length))]
  const line = (parts: readonly string[]) => `| ${parts.join(' | ')} |`
  const body = lengths.map((length) => {
    const atLength = results.filter((result) => result.length === length)
    const baseline = atLength[0]!.baseline.toPrecision(4)
    return line([
      ...[String(length), baseline],
      ...cells.map((cell) => describeRuns(atLength.filter((result) => result.cell === cell))),
    ])
  })
  const seconds = results.reduce((sum, result) => sum + result.seconds, 0)
  return [
    `### ${task}`,
    '',
    line(['length', 'baseline', ...cells]),
    line(['---:', '---:', ...cells.map(() => '---')]),
    ...body,
    '',
    `${hidden} hidden units, batches of ${rows}, at most ${updatesMax} updates, learning rate ${LEARNING_RATES.gated} with gates and ${LEARNING_RATES.ungated} without, gradient norm at most ${GRADIENT_NORM_MAX}; solved: loss below ${SOLVED_SHARE} of the baseline. All in ${formatSeconds(seconds)}.`,
    '',
  ]
}

/** A dash where a shorter length was too long already. `3/3, 0.0151, 450 updates`: how many seeds solved it, the median loss, and the updates that the solving ones took. */
function describeRuns(runs: readonly MemoryResult[]): string {
  if (runs.length === 0) return '–'
  const solving = runs.filter(({ solved }) => solved)
  const loss = medianOf(runs.map((run) => run.loss)).toPrecision(3)
  const score = `${solving.length}/${runs.length}, ${loss}`
  if (solving.length === 0) return score
  return `**${score}**, ${Math.round(medianOf(solving.map(({ updates }) => updates)))} updates`
}
