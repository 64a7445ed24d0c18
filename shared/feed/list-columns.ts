const LISTED_MAX = 8

/** The first names, and how many more there are. */
export function listColumns(columns: readonly string[]): string {
  const shown = columns.slice(0, LISTED_MAX).join(', ')
  return columns.length > LISTED_MAX ? `${shown} and ${columns.length - LISTED_MAX} more` : shown
}
