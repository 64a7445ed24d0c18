import { spanText } from '#shared/page/words'

const SILENT_MS = 10_000

/**
 * What a page with a connection says of the series that it shows.
 * @param silentMs since the series' last forecast came; null before the first
 * @param feedDone nothing more is to be expected: the recorded data of its pipeline have been sent
 * @param logAwaySeconds since the log has not answered the gateway; null while it answers
 */
export function liveText(silentMs: number | null, feedDone: boolean, logAwaySeconds: number | null): string {
  if (logAwaySeconds !== null) return `Kafka has been away for ${spanText(logAwaySeconds * 1000)}`
  if (silentMs === null || silentMs <= SILENT_MS) return 'Live'
  if (feedDone) return 'Live; its feed has ended'
  return `Live, no new forecast for ${spanText(Math.floor(silentMs / 1000) * 1000)}`
}
