import { foretideDashboard, linesPanel, numberPanel } from './panels.js'

const coverage = (band: string) =>
  linesPanel(
    {
      title: `Coverage, ${band} leads`,
      description: 'Share of outcomes inside the band. Each line should lie at the number of its name.',
      unit: 'percentunit',
    },
    {
      expr: `avg by (level) (foretide_live_coverage_ratio{pipeline="$pipeline", lead_band="${band}"})`,
      legend: '{{level}}',
    },
  )
    .min(0)
    .max(1)

/** How good the forecasts are, by how far they look ahead. */
export function qualityDashboard() {
  return foretideDashboard(
    'foretide-quality',
    'Foretide: quality by lead',
    'Running figures of forecasts whose outcome has come. Short, medium and long are the first lead, up to half of the horizon, and the rest.',
  )
    .withPanel(
      numberPanel(
        {
          title: 'Worst scaled error',
          description: 'Over all leads. Below 1 is better than seasonal naive.',
          unit: 'short',
        },
        {
          expr: 'max(pipeline_lead_band:foretide_live_mase_ratio:max{pipeline="$pipeline"})',
          legend: 'MASE',
        },
      ),
    )
    .withPanel(
      numberPanel(
        {
          title: 'Furthest from nominal coverage',
          description: 'Over all leads and levels; an alert begins at 10 points.',
          unit: 'percentunit',
        },
        {
          expr: 'max(pipeline_lead_band_level:foretide_live_coverage_deviation:max{pipeline="$pipeline"})',
          legend: 'deviation',
        },
      ),
    )
    .withPanel(
      linesPanel(
        {
          title: 'Scaled error by lead',
          description: 'Mean absolute error over that of seasonal naive (MASE). 1 is naive.',
          unit: 'short',
        },
        {
          expr: 'pipeline_lead_band:foretide_live_mase_ratio:max{pipeline="$pipeline"}',
          legend: '{{lead_band}}',
        },
      ).min(0),
    )
    .withPanel(
      linesPanel(
        { title: 'Mean absolute error by lead', description: 'In the unit of the series.', unit: 'short' },
        {
          expr: 'avg by (lead_band) (foretide_live_mean_absolute_error{pipeline="$pipeline"})',
          legend: '{{lead_band}}',
        },
      ).min(0),
    )
    .withPanel(
      linesPanel(
        {
          title: 'Probabilistic error by lead',
          description: 'Continuous ranked probability score (CRPS), in the unit of the series.',
          unit: 'short',
        },
        {
          expr: 'avg by (lead_band) (foretide_live_crps{pipeline="$pipeline"})',
          legend: '{{lead_band}}',
        },
      ).min(0),
    )
    .withPanel(
      linesPanel(
        {
          title: 'Bias by lead',
          description:
            'Outcome minus median, in half widths of the 80 % band. Above 0 forecasts are too low.',
          unit: 'short',
        },
        {
          expr: 'avg by (lead_band) (foretide_live_bias_ratio{pipeline="$pipeline"})',
          legend: '{{lead_band}}',
        },
      ),
    )
    .withPanel(
      linesPanel(
        {
          title: 'Drift by lead',
          description: 'Recent errors over usual ones, both in half widths of the 80 % band. 1: no change.',
          unit: 'short',
        },
        {
          expr: 'avg by (lead_band) (foretide_live_drift_ratio{pipeline="$pipeline"})',
          legend: '{{lead_band}}',
        },
      ).min(0),
    )
    .withPanel(
      linesPanel(
        {
          title: 'Ranked probability score by lead',
          description: 'Of the whole distribution (CRPS), in the unit of the series; less is better.',
          unit: 'short',
        },
        {
          expr: 'avg by (lead_band) (foretide_live_crps{pipeline="$pipeline"})',
          legend: '{{lead_band}}',
        },
      ).min(0),
    )
    .withPanel(
      linesPanel(
        {
          title: 'Bias and drift by lead',
          description:
            'Bias: outcome minus median; above 0 forecasts are too low. Drift: recent errors over those of long; 1 while nothing changes.',
          unit: 'short',
        },
        {
          expr: 'avg by (lead_band) (foretide_live_bias_ratio{pipeline="$pipeline"})',
          legend: 'bias, {{lead_band}}',
        },
        {
          expr: 'avg by (lead_band) (foretide_live_drift_ratio{pipeline="$pipeline"})',
          legend: 'drift, {{lead_band}}',
        },
      ),
    )
    .withPanel(coverage('short'))
    .withPanel(coverage('medium'))
    .withPanel(coverage('long'))
    .build()
}
