import { foretideDashboard, linesPanel, numberPanel } from './panels.js'

const latency = (quantile: number) =>
  `histogram_quantile(${quantile}, sum by (le) (rate(foretide_event_to_forecast_seconds_bucket{pipeline="$pipeline"}[5m])))`

/** Whether events become forecasts, and how soon. */
export function pipelineDashboard() {
  return foretideDashboard(
    'foretide-pipeline',
    'Foretide: pipeline and lag',
    'Events in, forecasts out, what waits, and the processes that do it.',
  )
    .withPanel(
      numberPanel(
        { title: 'Events per second', description: 'Over five minutes.', unit: 'short' },
        {
          expr: 'sum(pipeline:foretide_events_consumed:rate5m{pipeline="$pipeline"})',
          legend: 'events',
        },
      ),
    )
    .withPanel(
      numberPanel(
        { title: 'Waiting', description: 'Input records written and not committed.', unit: 'short' },
        { expr: 'sum(pipeline:foretide_consumer_lag_records:sum{pipeline="$pipeline"})', legend: 'records' },
      ),
    )
    .withPanel(
      numberPanel(
        { title: 'Series', description: 'With a state in memory.', unit: 'short' },
        { expr: 'sum(foretide_series_held{pipeline="$pipeline"})', legend: 'series' },
      ),
    )
    .withPanel(
      numberPanel(
        { title: 'Processes', description: 'By version of Foretide and Node.', unit: 'short' },
        {
          expr: 'count by (version, node_version) (foretide_build_info)',
          legend: '{{version}} on {{node_version}}',
        },
      ),
    )
    .withPanel(
      linesPanel(
        {
          title: 'Events and forecasts per second',
          description: 'They differ by what is late, twice or unreadable.',
          unit: 'short',
        },
        { expr: 'pipeline:foretide_events_consumed:rate5m{pipeline="$pipeline"}', legend: 'events' },
        {
          expr: 'sum by (pipeline) (rate(foretide_forecasts_published_total{pipeline="$pipeline"}[5m]))',
          legend: 'forecasts',
        },
        {
          expr: 'sum by (pipeline) (rate(foretide_feed_events_total{pipeline="$pipeline"}[5m]))',
          legend: 'fed',
        },
      ).min(0),
    )
    .withPanel(
      linesPanel(
        {
          title: 'Waiting by partition',
          description: 'Input records written and not committed.',
          unit: 'short',
        },
        {
          expr: 'sum by (partition) (foretide_consumer_lag_records{pipeline="$pipeline"})',
          legend: 'partition {{partition}}',
        },
      ).min(0),
    )
    .withPanel(
      linesPanel(
        { title: 'From event to forecast', description: 'From the log timestamp to the commit.', unit: 's' },
        { expr: latency(0.5), legend: 'median' },
        { expr: latency(0.99), legend: '99 %' },
      ).min(0),
    )
    .withPanel(
      linesPanel(
        {
          title: 'Waiting for the log',
          description: 'How long brokers have been away; 0 while all answer.',
          unit: 's',
        },
        { expr: 'foretide_log_away_seconds', legend: '{{instance}}' },
      ).min(0),
    )
    .withPanel(
      linesPanel(
        {
          title: 'Commits that failed, reads never answered',
          description: 'A second, over five minutes. Each is tried again; none loses anything.',
          unit: 'short',
        },
        {
          expr: 'sum by (pipeline) (rate(foretide_commit_failures_total{pipeline="$pipeline"}[5m]))',
          legend: 'commits',
        },
        { expr: 'rate(foretide_log_silences_total[5m])', legend: 'silent brokers, {{instance}}' },
      ).min(0),
    )
    .withPanel(
      linesPanel(
        { title: 'What became of readings', description: 'Per second.', unit: 'short' },
        {
          expr: 'sum by (outcome) (rate(foretide_outcomes_total{pipeline="$pipeline"}[5m]))',
          legend: '{{outcome}}',
        },
      ).min(0),
    )
    .withPanel(
      linesPanel(
        { title: 'Dead letters by reason', description: 'Per second.', unit: 'short' },
        {
          expr: 'sum by (reason) (rate(foretide_outcomes_total{pipeline="$pipeline", outcome="dead_letter"}[5m]))',
          legend: '{{reason}}',
        },
      ).min(0),
    )
    .withPanel(
      linesPanel(
        { title: 'Memory', description: 'Resident, of each process.', unit: 'bytes' },
        { expr: 'process_resident_memory_bytes{job="foretide"}', legend: '{{instance}}' },
      ).min(0),
    )
    .withPanel(
      linesPanel(
        { title: 'Event loop', description: 'How late timers come; 99 %.', unit: 's' },
        { expr: 'nodejs_eventloop_lag_p99_seconds{job="foretide"}', legend: '{{instance}}' },
      ).min(0),
    )
    .build()
}
