import { spanText } from '#shared/page/words'

/** What is said of a series that its pipeline has gone on without. @param silentMs in the time of the events */
export function silentText(silentMs: number): string {
  return `no reading for ${spanText(silentMs)}`
}
