const monthNames = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ')

/** An English month, short or whole, as part of a regular expression without regard to case; the group `name` has its first three letters. */
export const monthPattern = `(?<name>${monthNames.join('|')})[a-z]*\\.?`

/** 1 to 12. @param name as `monthPattern` found it */
export function monthNumberOf(name: string): number {
  return monthNames.indexOf(name.toLowerCase()) + 1
}
