import { AnomalyDetector } from '#shared/calibration/anomaly-detector'
import { BandTracker } from '#shared/calibration/band-tracker'
import { JumpBelief } from '#shared/calibration/jump-belief'
import { RecentRows } from '#shared/encoding/recent-rows'
import { chosenExperts } from '#shared/experts/chosen-experts'
import type { Expert } from '#shared/experts/expert'
import type { ExpertName } from '#shared/experts/expert-names'
import { FastReadOut } from '#shared/experts/fast-read-out'
import { HeadGain } from '#shared/experts/head-gain'
import { LogSeasonal } from '#shared/experts/log-seasonal'
import { MlPoly } from '#shared/experts/ml-poly'
import { ReadOut } from '#shared/experts/read-out'
import { RecurrentHead } from '#shared/experts/recurrent-head'
import { SeasonalDrift } from '#shared/experts/seasonal-drift'
import { type Knots, knotsFor } from '#shared/forecast/knots'
import { NumberSlab } from '#shared/forecast/number-slab'
import { PendingForecasts } from '#shared/forecast/pending-forecasts'
import { QuantileFan } from '#shared/forecast/quantile-fan'
import { BANDS } from '#shared/forecast/quantile-levels'
import type { Offset } from '#shared/log/port'
import type { RecurrentEngine } from '#shared/recurrent/engine'
import { hiddenShapeOf, stateSizeOf } from '#shared/recurrent/net-shape'
import { RunningScore } from '#shared/scoring/running-score'
import { naivePeriod } from '#shared/series/season'
import { AUTOREGRESSION, LOG_SEASONAL, NO_LANE, SeriesState } from '#shared/series-state/series-state'
import type { Decode, LineOptions } from './line-options.js'
import { Mixed } from './mix-experts.js'
import { NoExpertError } from './no-expert-error.js'
import type { Slot } from './partition-state.js'
import { SampleLine } from './sample-line.js'
import { Sequencer } from './sequencer.js'
import { WaveBuffers } from './wave-buffers.js'

/** Steps after which a lane's hidden state no longer depends on where it started. */
export const WARM_STEPS = 48

/** One pipeline's forecaster: its parts, laid out once. Holds no state of any series; `advance` runs it. */
export class ForecastLine extends SampleLine {
  readonly knots: Knots
  /** What the lanes of pinned and imported weights are warmed up with; null where the net is not stepped. */
  readonly recentRows: RecentRows | null
  /** null where it is switched off, as are the next two; its rows are also those of the fast one, which slow data have none of. */
  readonly readOut: ReadOut | null
  readonly fastReadOut: FastReadOut | null
  /** The same, and null where the data are not slow. */
  readonly logSeasonal: LogSeasonal | null
  readonly experts: readonly Expert[]
  readonly mean: MlPoly
  readonly median: MlPoly
  readonly bands: BandTracker
  readonly fan: QuantileFan
  readonly anomalies: AnomalyDetector
  readonly jumps: JumpBelief
  readonly pending: PendingForecasts
  readonly scores: RunningScore
  readonly sequencer: Sequencer
  /** What the stages work with between one record and the next, and where outputs take their numbers from. */
  readonly mixed: Mixed
  readonly halfWidths: Float64Array
  /** [K] where the forecasts stand that a sample is the outcome of; −1 where there is none. */
  readonly matured: Int32Array
  readonly slab = new NumberSlab()
  /** What a saved state must have been saved under to be read again. */
  readonly fingerprint: string
  private buffers: WaveBuffers
  /** Index of the recurrent head among the experts; −1 where it is switched off. */
  readonly recurrent: number
  /** Index of the autoregression; −1 likewise. */
  readonly autoregressed: number
  readonly head: RecurrentHead | null
  /** null where there is no head, or no autoregression to hold it against. */
  readonly headGain: HeadGain | null
  /** Observed samples before anything is learned from matured forecasts: earlier scales are too rough to compare by. */
  readonly learnFrom: number
  /** Period of the seasonal naive forecast that skill is measured against. */
  readonly naivePeriod: number
  /** [K] how far that one lies behind the origin, whole periods before each knot's target, ≤ 0; and by the main season. */
  readonly naiveLags: Int32Array
  readonly seasonLags: Int32Array
  /** The three knots that messages report coverage and skill at: first, middle, last. */
  readonly scoredKnots: readonly number[]

  constructor(
    override readonly options: LineOptions,
    readonly engine: RecurrentEngine,
    decode: Decode,
  ) {
    super(options)
    const { horizon } = options
    const { encoder, season, applicable } = this
    this.knots = knotsFor(horizon, season.main)
    if (applicable.length === 0) throw new NoExpertError(options.experts)
    const on = (name: ExpertName) => applicable.includes(name)
    const { frozenScale } = this
    const fast = this.regressions.fastLeads !== null
    const readsOut = on('read-out') || fast
    this.readOut =
      frozenScale && readsOut
        ? new ReadOut(encoder, frozenScale, season, horizon, this.covariateFeatures)
        : null
    this.fastReadOut = frozenScale && fast ? new FastReadOut(frozenScale, season.main, horizon) : null
    const drift = new SeasonalDrift(encoder.history, season.main, horizon)
    this.logSeasonal = on('log-seasonal')
      ? new LogSeasonal(this.layout, encoder, drift, season.main, horizon)
      : null
    const { autoregression, readOut, fastReadOut, logSeasonal } = this
    const headGain = on('recurrent') && autoregression ? new HeadGain(this.layout, this.knots) : null
    this.headGain = headGain
    const held = headGain && autoregression && { autoregression, gain: headGain }
    this.head = on('recurrent') ? new RecurrentHead(encoder.scale, horizon, held) : null
    this.experts = chosenExperts(applicable, encoder, season, horizon, {
      drift: on('seasonal-drift') ? drift : null,
      ...{ logSeasonal, autoregression, fastReadOut, readOut: on('read-out') ? readOut : null },
      recurrent: this.head,
    })
    this.recurrent = on('recurrent') ? this.experts.length - 1 : -1
    this.autoregressed = autoregression ? this.experts.indexOf(autoregression) : -1
    const readyAfter = this.experts.map((expert) => expert.readyAfter)
    const persistence = this.experts.findIndex(({ name }) => name === 'persistence')
    this.mean = new MlPoly(this.layout, 'squared', this.knots, readyAfter, persistence)
    this.median = new MlPoly(this.layout, 'absolute', this.knots, readyAfter, persistence)
    this.bands = new BandTracker(this.layout, this.knots, this.season)
    this.fan = new QuantileFan(options.levels)
    this.anomalies = new AnomalyDetector(this.layout, options.falseAlarmsPer10k)
    this.jumps = new JumpBelief(this.layout)
    this.pending = new PendingForecasts(this.layout, this.knots, this.experts.length, headGain !== null)
    this.scores = new RunningScore(this.layout, this.knots)
    // The newest one is that of the sample at hand.
    this.recentRows = this.usesNet ? new RecentRows(this.layout, WARM_STEPS + 1, this.features) : null
    this.learnFrom = Math.max(8, Math.min(50, this.season.main + 1))
    this.naivePeriod = naivePeriod(season)
    this.naiveLags = lagsOf(this.knots.leads, this.naivePeriod)
    this.seasonLags = lagsOf(this.knots.leads, season.main)
    const last = this.knots.leads.length - 1
    this.scoredKnots = [...new Set([0, Math.floor(last / 2), last])]
    this.mixed = new Mixed(this.experts.length, horizon, last + 1)
    this.matured = new Int32Array(last + 1)
    this.halfWidths = new Float64Array(BANDS.length * horizon)
    this.buffers = new WaveBuffers(this, 1)
    this.fingerprint = this.fingerprintOfParts()
    this.sequencer = new Sequencer(options, decode, (id, offset) => this.createSeries(id, offset))
  }

  /** The `fingerprint`: parts that states are made of, and what their numbers were made from. */
  private fingerprintOfParts(): string {
    const { cadenceMs, net } = this.options
    const untrained = `${net.cell}:${net.layers}x${net.hidden}`
    const lengths = [this.autoregression?.features, this.readOut?.lagFeatures].map((length) => length ?? 0)
    const regressed = `${lengths.join('+')}x${this.regressions.leadsLearned}`
    const parts = [
      this.layout.fingerprint,
      `net:${this.usesNet ? untrained : 'off'}`,
      `cadence:${cadenceMs}`,
      `regressions:${regressed}`,
      `experts:${this.experts.map(({ name }) => name).join(',')}`,
    ]
    return `${parts.join(' ')} features:${this.featureLayout}`
  }

  /** About what a saved series takes when both slots are filled. */
  get stateBytes(): number {
    const { net } = this.options
    const { regressions, autoregression, readOut, logSeasonal, usesNet } = this
    const perSlot =
      (usesNet ? 4 * stateSizeOf(net) : 0) +
      (readOut ? regressions.of(0, readOut.featuresFor(net.hidden)).slotBytes : 0)
    return (
      8 * this.layout.size +
      2 * perSlot +
      (autoregression ? regressions.of(AUTOREGRESSION, autoregression.features).slotBytes : 0) +
      (logSeasonal ? regressions.of(LOG_SEASONAL, logSeasonal.features).slotBytes : 0)
    )
  }

  /** The buffers of a wave of so many series, until the next wave. */
  buffersFor(rows: number): WaveBuffers {
    if (rows > this.buffers.rowsMax) {
      this.buffers = new WaveBuffers(this, Math.max(rows, 2 * this.buffers.rowsMax))
    }
    return this.buffers
  }

  /** A series that has seen nothing yet. */
  createSeries(id: string, firstOffset: Offset): SeriesState {
    const state = new SeriesState(id, firstOffset, new Float64Array(this.layout.size))
    this.pending.clear(state.numbers)
    return state
  }

  override resetModel(state: SeriesState): void {
    super.resetModel(state)
    this.pending.clear(state.numbers)
    state.samples = 0
    state.clipRun = 0
    this.clearHidden(state)
  }

  /** The sample does not follow on the last: what hidden states and recent rows tell of is over. */
  breakOff(state: SeriesState): void {
    this.recentRows?.break(state.numbers)
    this.clearHidden(state)
  }

  /** Start both hidden states of a series from zero. */
  clearHidden(state: SeriesState): void {
    for (const lane of [0, 1] as const) {
      if (state.lanes[lane] !== NO_LANE) this.engine.clear(state.lanes[lane])
      state.laneSteps[lane] = 0
    }
  }

  /** Give a series a hidden state of zeros for the weights of a slot, in place of the one that others made. */
  startLane(state: SeriesState, { lane, weights }: Slot): void {
    if (state.lanes[lane] !== NO_LANE) this.engine.free(state.lanes[lane])
    state.lanes[lane] = this.engine.allocate(hiddenShapeOf(weights.shape))
    state.laneVersions[lane] = weights.version
    state.laneSteps[lane] = 0
    const { readOut } = this
    if (readOut) this.regressions.startReadOut(state, lane, readOut.featuresFor(weights.shape.hidden))
  }

  /** Give the hidden states and the regressions of a series that is no longer held back. */
  release(state: SeriesState): void {
    for (const lane of state.lanes) if (lane !== NO_LANE) this.engine.free(lane)
    this.regressions.release(state)
  }
}

/** Where the value stands that lies the least number of whole periods before each lead and not after the origin, seen from there. */
function lagsOf(leads: readonly number[], period: number): Int32Array {
  return Int32Array.from(leads, (lead) => lead - period * Math.ceil(lead / period))
}
