import type { EventTable } from './event-table.js'
import type { FindingsLog } from './findings-log.js'
import { GrowingColumn, type ReadingBudget } from './growing-column.js'
import { parseNumberCell } from './number-cell.js'
import { numberHint } from './number-hint.js'
import type { RowTimes } from './row-times.js'
import type { SourceRows } from './source-rows.js'

/** Gather the events of a source with one series a row: its name, then its values, as the M4 competition has it. */
export async function gatherRows(
  source: SourceRows,
  { startMs, cadenceMs }: RowTimes,
  budget: ReadingBudget,
  findings: FindingsLog,
): Promise<EventTable> {
  const names = new Map<string, number>()
  const timesMs = new GrowingColumn()
  const seriesOf = new GrowingColumn()
  const values = new GrowingColumn()
  for await (const block of source.blocks) {
    for (const { line, cells } of block) {
      const name = String(cells[0] ?? '').trim()
      if (name === '' || names.has(name)) {
        findings.reject(line, source.columns[0] ?? 'column 1', name)
        continue
      }
      names.set(name, names.size)
      budget.spend(cells.length - 1)
      for (let i = 1; i < cells.length; i++) {
        const value = parseNumberCell(cells[i], source.decimalComma)
        if (value === null) {
          findings.reject(line, source.columns[i] ?? `column ${i + 1}`, cells[i])
          const hint = numberHint(String(cells[i]), source.decimalComma)
          if (hint !== null) findings.warn(hint)
        }
        if (value === null || Number.isNaN(value)) continue
        timesMs.push(startMs + (i - 1) * cadenceMs)
        seriesOf.push(names.get(name)!)
        values.push(value)
      }
    }
  }
  return {
    series: [...names.keys()],
    channels: [],
    timesMs: timesMs.values(),
    seriesOf: Uint32Array.from(seriesOf.values()),
    values: values.values(),
  }
}
