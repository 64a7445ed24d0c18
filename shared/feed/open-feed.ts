import { openFlights } from './demo-flights.js'
import { openWeather } from './demo-weather.js'
import type { Feed } from './feed.js'

/** A data set that comes with Foretide, or a file. */
export type FeedSpec = 'demo:flights' | 'demo:weather'

/**
 * Open a source of recorded data.
 * @param cacheDir where counts that take long are kept between starts
 * @throws FeedUnreachableError when it cannot be read; FeedUnreadableError when it cannot be understood
 */
export async function openFeed(
  spec: FeedSpec,
  { cacheDir }: { readonly cacheDir?: string } = {},
): Promise<Feed> {
  return spec === 'demo:flights' ? openFlights(cacheDir) : openWeather()
}
