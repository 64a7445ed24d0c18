import { CovariateInputs } from '#shared/encoding/covariate-inputs'
import { RegressionInputs } from '#shared/encoding/regression-inputs'
import { SampleEncoder } from '#shared/encoding/sample-encoder'
import { applicableExperts } from '#shared/experts/applicable-experts'
import { Autoregression } from '#shared/experts/autoregression'
import { type ExpertName, NET_EXPERTS } from '#shared/experts/expert-names'
import { fastLeads } from '#shared/experts/fast-read-out'
import { FrozenScale } from '#shared/experts/frozen-scale'
import { ProfileAnchors } from '#shared/experts/profile-anchors'
import { RegressionArenas } from '#shared/regression/regression-arenas'
import type { Sample } from '#shared/series/sample'
import { type Season, seasonOf } from '#shared/series/season'
import { AUTOREGRESSION, type SeriesState } from '#shared/series-state/series-state'
import { StateLayout } from '#shared/series-state/state-layout'
import { overProfile, regressWave } from './regress-wave.js'
import type { BufferSizes, SampleBuffers } from './sample-buffers.js'
import type { Wave } from './wave.js'

export interface SampleLineOptions {
  readonly cadenceMs: number
  /** H */
  readonly horizon: number
  /** Samples in the main season. */
  readonly season: number
  /** The experts that are switched on. */
  readonly experts: readonly ExpertName[]
  /** Names of the fields that records carry beside the value. */
  readonly covariates: readonly string[]
}

/**
 * The half of the line that forecaster and trainer share: a sample becomes the input of the recurrent net, by the series' own past
 * alone. The autoregression stands in it, since what it says and how it erred are inputs. Both run this same code, so that the net
 * serves on the very features that it was trained on; only what the forecaster clips or believes of a wild value is its own.
 */
export class SampleLine {
  readonly season: Season
  /** The experts that are switched on and have something to say of such series. */
  readonly applicable: readonly ExpertName[]
  readonly layout = new StateLayout()
  readonly encoder: SampleEncoder
  /** In which the regressions learn; null, as the next two, where no expert that is switched on needs it. */
  readonly frozenScale: FrozenScale | null
  readonly anchors: ProfileAnchors | null
  readonly autoregression: Autoregression | null
  /** Whether the recurrent net is stepped. */
  readonly usesNet: boolean
  readonly regressions: RegressionArenas
  /** Inputs of the net. */
  readonly features: number
  /** Names them and their order. */
  readonly featureLayout: string
  private readonly regressionInputs: RegressionInputs | null
  private readonly covariateInputs: CovariateInputs | null

  constructor(readonly options: SampleLineOptions) {
    const { horizon, experts, covariates, cadenceMs } = options
    this.season = seasonOf(options.season, cadenceMs)
    const { layout, season } = this
    this.applicable = applicableExperts(experts, season, cadenceMs)
    const on = (name: ExpertName) => this.applicable.includes(name)
    this.usesNet = NET_EXPERTS.some(on)
    this.encoder = new SampleEncoder(layout, season, horizon)
    const { encoder } = this
    const inputs = this.usesNet && on('autoregression')
    this.regressionInputs = inputs ? new RegressionInputs(layout, encoder.scale, horizon) : null
    const readsOutFast = on('fast-read-out')
    const readsOut = on('read-out') || readsOutFast
    const regresses = on('autoregression') || readsOut
    const frozen = regresses ? new FrozenScale(layout, encoder.scale, season) : null
    this.frozenScale = frozen
    this.anchors = frozen && new ProfileAnchors(frozen, horizon)
    this.autoregression =
      frozen && on('autoregression') ? new Autoregression(encoder, frozen, season, horizon) : null
    this.regressions = new RegressionArenas(horizon, readsOutFast ? fastLeads(horizon) : null)
    const reads = this.usesNet && covariates.length > 0
    this.covariateInputs = reads ? new CovariateInputs(layout, covariates, season.main) : null
    const beside = [...(this.regressionInputs?.names ?? []), ...(this.covariateInputs?.names ?? [])]
    const names = [...encoder.names, ...beside]
    this.features = names.length
    this.featureLayout = `2 S${season.main} W${season.week} H${horizon}: ${names.join(' ')}`
  }

  /** Inputs from other fields of the record: the last of the net's. */
  get covariateFeatures(): number {
    return this.covariateInputs?.names.length ?? 0
  }

  /** Numbers in the rows of a wave's buffers. */
  get sizes(): BufferSizes {
    const { usesNet, features, anchors, autoregression, options } = this
    const { horizon } = options
    return {
      ...{ horizon, features: usesNet ? features : 0 },
      ...{ anchors: anchors ? horizon : 0, regressors: autoregression?.features ?? 0 },
    }
  }

  /** Forget what was learned of a series. */
  resetModel(state: SeriesState): void {
    state.numbers.fill(0)
    this.regressions.clear(state)
  }

  /** Cross the empty cells before a sample that are too many to step through. */
  bridge({ numbers }: SeriesState, { index, skipped }: Sample): void {
    this.encoder.bridge(numbers, index - skipped, index)
    this.regressionInputs?.forget(numbers)
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
    this.frozenScale?.translate(numbers, by)
    this.regressionInputs?.forget(numbers)
    this.regressions.outdate(state)
  }

  /** Take each sample of a wave up: the encoder and the autoregression learn, and the net's inputs are written. */
  encode(wave: Wave, buffers: SampleBuffers): void {
    const { encoder, frozenScale, features, usesNet } = this
    const { horizon } = this.options
    const { ahead, dayAhead, anchors } = buffers
    const row = usesNet ? buffers.features : null
    for (let b = 0; b < wave.length; b++) {
      const { state, sample, taken } = wave[b]
      const { numbers } = state
      const { index, observed, skipped } = sample
      const aheadAt = b * (horizon + 1)
      const rowAt = b * features
      encoder.encode(numbers, index, taken, observed, skipped, row, rowAt, dayAhead, ahead, aheadAt)
      if (frozenScale?.hold(numbers)) {
        this.regressions.clear(state)
        this.regressionInputs?.forget(numbers)
      }
      this.anchors?.write(numbers, taken, ahead, aheadAt, anchors, b * horizon)
    }
    if (frozenScale && this.autoregression) this.regress(this.autoregression, frozenScale, wave, buffers)
    if (this.covariateInputs) this.writeCovariates(this.covariateInputs, wave, buffers)
  }

  private writeCovariates(inputs: CovariateInputs, wave: Wave, { features }: SampleBuffers): void {
    for (let b = 0; b < wave.length; b++) {
      const { state, sample } = wave[b]
      inputs.encode(
        state.numbers,
        sample.covariates,
        features,
        (b + 1) * this.features - this.covariateFeatures,
      )
    }
  }

  private regress(
    autoregression: Autoregression,
    frozenScale: FrozenScale,
    wave: Wave,
    buffers: SampleBuffers,
  ): void {
    const { features } = autoregression
    const { rows, anchors, regressed: out } = buffers
    for (let b = 0; b < wave.length; b++) {
      const { state, sample, taken } = wave[b]
      autoregression.writeRow(state.numbers, sample.index, taken, rows, b * features)
    }
    const place = AUTOREGRESSION
    regressWave(this, wave, buffers, { place, features, rows, anchors, out, ...overProfile(frozenScale) })
    if (this.regressionInputs) this.writeInputs(this.regressionInputs, frozenScale, wave, buffers)
  }

  private writeInputs(
    inputs: RegressionInputs,
    frozenScale: FrozenScale,
    wave: Wave,
    { regressed, features }: SampleBuffers,
  ): void {
    const { horizon } = this.options
    for (let b = 0; b < wave.length; b++) {
      const { state, sample, taken } = wave[b]
      const { numbers } = state
      const center = frozenScale.center(numbers)
      const unit = frozenScale.unit(numbers)
      const said = frozenScale.frozen(numbers) ? { said: regressed, at: b * horizon, center, unit } : null
      const rowAt = b * this.features + this.encoder.features
      inputs.encode(numbers, sample.index, taken, sample.observed, said, features, rowAt)
    }
  }
}
