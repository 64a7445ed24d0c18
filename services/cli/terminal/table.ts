export interface Column {
  readonly title: string
  readonly align: 'left' | 'right'
}

/** Lines of a table whose columns are as wide as what stands in them. */
export function renderTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const widths = columns.map(({ title }, c) =>
    Math.max(title.length, ...rows.map((row) => row[c]?.length ?? 0)),
  )
  const line = (cells: readonly string[]) =>
    columns
      .map(({ align }, c) => {
        const cell = cells[c] ?? ''
        return align === 'left' ? cell.padEnd(widths[c]!) : cell.padStart(widths[c]!)
      })
      .join('  ')
      .trimEnd()
  return [line(columns.map(({ title }) => title)), ...rows.map(line)]
}
