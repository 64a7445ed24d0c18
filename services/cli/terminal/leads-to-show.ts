/** Leads that a table has rows for: all of a few; of many the first, the last and some between. */
export function leadsToShow(leads: readonly number[]): number[] {
  const shown = [1, 2, 3, 6, 12, 18, 24, 36, 48, 72, 96, 168, leads.at(-1) ?? 1]
  return leads.length <= 8 ? [...leads] : leads.filter((lead) => shown.includes(lead))
}
