import { countOf } from '#shared/words/count-of'

/** What becomes of readings at a time that their series has already, as the beginning of a sentence. */
export function repeatsText(repeats: number): string {
  const repeat = repeats === 1 ? 'repeats a time of its' : 'repeat a time of their'
  return `${countOf(repeats, 'reading')} ${repeat} series, and only the first of each counts`
}
