/** The only metrics with a series among their labels: capped in number, and made anew at each scrape. */
export const SERIES_METRICS = {
  observed: {
    name: 'foretide_series_observed_value',
    help: 'Last value of a series, in its unit; only of the first few series of a pipeline by name.',
    labels: ['pipeline', 'series'],
  },
  forecast: {
    name: 'foretide_series_matured_forecast_value',
    help: 'What was forecast one step before for the last value of a series: its median, and the ends of the 80 % band.',
    labels: ['pipeline', 'series', 'part'],
  },
} as const
