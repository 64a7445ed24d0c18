/** What runs when nothing is configured: real data that comes with a package. In the shape of the file. */
export const demoPipelines = {
  flights: { cadence: '1h', horizon: 24, feed: { source: 'demo:flights' } },
  weather: { cadence: '1d', horizon: 14, feed: { source: 'demo:weather' } },
}

/** What runs with `--no-demo` and no file: one pipeline that waits for events. */
export const emptyPipelines = { events: { cadence: '1h' } }
