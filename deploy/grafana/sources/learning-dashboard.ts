import { AnnotationQueryBuilder } from '@grafana/grafana-foundation-sdk/dashboard'
import { DATA_SOURCE, foretideDashboard, linesPanel, numberPanel } from './panels.js'

const gauge = (name: string) => `max by (pipeline) (${name}{pipeline="$pipeline"})`

/** What is learned, and what comes of it. */
export function learningDashboard() {
  return foretideDashboard(
    'foretide-learning',
    'Foretide: learning and promotions',
    'Trainings, their gradients, and the weights that serve. A mark is a promotion.',
  )
    .annotation(
      new AnnotationQueryBuilder()
        .name('Weights exchanged')
        .datasource(DATA_SOURCE)
        .enable(true)
        .iconColor('purple')
        .expr('changes(foretide_weights_version{pipeline="$pipeline"}[2m]) > 0')
        .titleFormat('Other weights serve {{pipeline}}'),
    )
    .withPanel(
      numberPanel(
        { title: 'Weights that serve', description: 'Their version; 0 is the untrained net.', unit: 'short' },
        { expr: gauge('foretide_weights_version'), legend: 'version' },
      ),
    )
    .withPanel(
      numberPanel(
        { title: 'Serving for', description: 'Since these weights began to serve.', unit: 's' },
        { expr: `time() - ${gauge('foretide_weights_promoted_timestamp_seconds')}`, legend: 'age' },
      ),
    )
    .withPanel(
      linesPanel(
        {
          title: 'Weights version',
          description: 'Each step is a promotion, a pin or a return.',
          unit: 'short',
        },
        { expr: gauge('foretide_weights_version'), legend: 'version' },
      ),
    )
    .withPanel(
      linesPanel(
        {
          title: 'Trainings within an hour',
          description: 'Challenger: good enough to be tried live. Rejected: no better than what serves.',
          unit: 'short',
        },
        {
          expr: 'pipeline_result:foretide_trainings:increase1h{pipeline="$pipeline"}',
          legend: '{{result}}',
        },
      ).min(0),
    )
    .withPanel(
      linesPanel(
        {
          title: 'Decisions on weights within an hour',
          description: 'Of contests and of operators: promoted, rejected, pinned, rolled back.',
          unit: 'short',
        },
        {
          // Every process that follows the weights topic counts all of them.
          expr: 'max by (decision) (increase(foretide_weights_decisions_total{pipeline="$pipeline"}[1h]))',
          legend: '{{decision}}',
        },
      ).min(0),
    )
    .withPanel(
      linesPanel(
        {
          title: 'Trainer restarts within an hour',
          description: 'Times that it ended by itself; given up is 1 once it is not started again.',
          unit: 'short',
        },
        {
          expr: 'max(increase(foretide_trainer_restarts_total{pipeline="$pipeline"}[1h]))',
          legend: 'restarts',
        },
        { expr: 'max(foretide_trainer_given_up{pipeline="$pipeline"})', legend: 'given up' },
      ).min(0),
    )
    .withPanel(
      linesPanel(
        { title: 'Loss on held-back data', description: 'At the end of each training.', unit: 'short' },
        { expr: gauge('foretide_training_loss'), legend: 'loss' },
      ).min(0),
    )
    .withPanel(
      linesPanel(
        {
          title: 'Gradient',
          description: 'Norm before clipping, and the share of updates that were clipped.',
          unit: 'short',
        },
        { expr: gauge('foretide_training_gradient_norm'), legend: 'norm' },
        { expr: gauge('foretide_training_clipped_updates_ratio'), legend: 'clipped share' },
      ).min(0),
    )
    .withPanel(
      linesPanel(
        {
          title: 'Gradient of the hidden state, steps back',
          description: 'How far back the loss reaches. Lines that lie apart vanish; lines that cross grow.',
          unit: 'short',
        },
        {
          expr: 'max by (lag) (foretide_training_state_gradient_norm{pipeline="$pipeline"})',
          legend: '{{lag}} back',
        },
        { expr: gauge('foretide_training_gradient_decay_ratio'), legend: 'factor per step' },
      ),
    )
    .withPanel(
      linesPanel(
        { title: 'Mean time of a training', description: 'Over the last hour.', unit: 's' },
        {
          expr:
            'sum by (pipeline) (increase(foretide_training_duration_seconds_sum{pipeline="$pipeline"}[1h])) / ' +
            'sum by (pipeline) (increase(foretide_training_duration_seconds_count{pipeline="$pipeline"}[1h]))',
          legend: 'mean',
        },
      ).min(0),
    )
    .build()
}
