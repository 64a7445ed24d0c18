import { RegressionInputs } from '#shared/encoding/regression-inputs'
import { SampleEncoder } from '#shared/encoding/sample-encoder'
import { Autoregression } from '#shared/experts/autoregression'
import { FrozenScale } from '#shared/experts/frozen-scale'
import { ProfileAnchors } from '#shared/experts/profile-anchors'
import { RegressionArenas } from '#shared/regression/regression-arenas'
import type { Sample } from '#shared/series/sample'
import { type Season, seasonOf } from '#shared/series/season'
import { AUTOREGRESSION, type SeriesState } from '#shared/series-state/series-state'
import { StateLayout } from '#shared/series-state/state-layout'
import { overProfile, regressWave } from './regress-wave.js'
import type { SampleBuffers } from './sample-buffers.js'
import type { Wave } from './wave.js'

export interface SampleLineOptions {
  readonly cadenceMs: number
  /** H */
  readonly horizon: number
  /** Samples in the main season. */
  readonly season: number
}

/**
 * The half of the line that forecaster and trainer share: a sample becomes the input of the recurrent net, by the series' own past
 * alone. The autoregression stands in it, since what it says and how it erred are inputs. Both run this same code, so that the net
 * serves on the very features that it was trained on; only what the forecaster clips or believes of a wild value is its own.
 */
export class SampleLine {
  readonly season: Season
  readonly layout = new StateLayout()
  readonly encoder: SampleEncoder
  /** In which the regressions learn. */
  readonly frozenScale: FrozenScale
  readonly anchors: ProfileAnchors
  readonly autoregression: Autoregression
  readonly regressions: RegressionArenas
  /** Inputs of the net. */
  readonly features: number
  /** Names them and their order. */
  readonly featureLayout: string
  private readonly regressionInputs: RegressionInputs

  constructor(readonly options: SampleLineOptions) {
    const { horizon } = options
    this.season = seasonOf(options.season, options.cadenceMs)
    const { layout, season } = this
    this.encoder = new SampleEncoder(layout, season, horizon)
    const { encoder } = this
    this.regressionInputs = new RegressionInputs(layout, encoder.scale, horizon)
    this.frozenScale = new FrozenScale(layout, encoder.scale, season)
    this.anchors = new ProfileAnchors(encoder, this.frozenScale, horizon)
    this.autoregression = new Autoregression(encoder, this.frozenScale, season, horizon)
    this.regressions = new RegressionArenas(horizon)
    const names = [...encoder.names, ...this.regressionInputs.names]
    this.features = names.length
    this.featureLayout = `2 S${season.main} W${season.week} H${horizon}: ${names.join(' ')}`
  }

  /** Numbers in the rows of a wave's buffers. */
  get sizes() {
    const { features, autoregression, options } = this
    return { features, horizon: options.horizon, regressors: autoregression.features }
  }

  /** Forget what was learned of a series. */
  resetModel(state: SeriesState): void {
    state.numbers.fill(0)
    this.regressions.clear(state)
  }

  /** Cross the empty cells before a sample that are too many to step through. */
  bridge({ numbers }: SeriesState, { index, skipped }: Sample): void {
    this.encoder.bridge(numbers, index - skipped, index)
    this.regressionInputs.forget(numbers)
  }

  /**
   * Go with a series to a level that it has jumped to.
   * @param index of the first sample that is believed
   * @param by how far it lies from what was expected
   * @param clipped samples before it that were not believed
   */
  translate(state: SeriesState, index: number, by: number, clipped: number): void {
    const { numbers } = state
    this.encoder.translate(numbers, index, by, clipped)
    this.frozenScale.translate(numbers, by)
    this.regressionInputs.forget(numbers)
    this.regressions.outdate(state)
  }

  /** Take each sample of a wave up: the encoder and the autoregression learn, and the net's inputs are written. */
  encode(wave: Wave, buffers: SampleBuffers): void {
    const { encoder, autoregression, frozenScale, features } = this
    const { horizon } = this.options
    for (let b = 0; b < wave.length; b++) {
      const { state, sample, taken } = wave[b]
      const { numbers } = state
      const { index, observed, skipped } = sample
      encoder.encode(numbers, index, taken, observed, skipped, buffers.features, b * features)
      if (frozenScale.hold(numbers)) {
        this.regressions.clear(state)
        this.regressionInputs.forget(numbers)
      }
      this.anchors.write(numbers, index, taken, buffers.anchors, b * horizon)
      autoregression.writeRow(numbers, index, taken, buffers.rows, b * autoregression.features)
    }
    regressWave(this, wave, buffers, {
      ...{ place: AUTOREGRESSION, features: autoregression.features, rows: buffers.rows },
      ...{ anchors: buffers.anchors, out: buffers.regressed, ...overProfile(this) },
    })
    for (let b = 0; b < wave.length; b++) {
      const { state, sample, taken } = wave[b]
      const { numbers } = state
      const said = frozenScale.frozen(numbers)
        ? {
            said: buffers.regressed,
            at: b * horizon,
            center: frozenScale.center(numbers),
            unit: frozenScale.unit(numbers),
          }
        : null
      const rowAt = b * features + encoder.features
      this.regressionInputs.encode(
        numbers,
        sample.index,
        taken,
        sample.observed,
        said,
        buffers.features,
        rowAt,
      )
    }
  }
}
