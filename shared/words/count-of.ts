/**
 * A count with its noun, digits in groups of three: `1 step`, `14,400 steps`.
 * @param many where it is not `one` with an s
 */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`
}
