import { byId, element, setText } from '#shared/page/element'
import { countText, dateText, rateText, shareText } from '#shared/page/words'
import type { PipelineStatus } from '#shared/telemetry/platform-status'
import { countOf } from '#shared/words/count-of'
import type { StatusAnswer } from '../responses.js'

interface Figure {
  readonly label: string
  readonly value: string
  readonly note: string
  /** Share done, for a figure that is a progress. */
  readonly progress?: number | null
}

/** The strip of figures of one pipeline, as label, value and note. */
export function figuresOf(status: PipelineStatus): Figure[] {
  const { feed } = status
  const figures: Figure[] = [
    { label: 'Pipeline', value: status.pipeline, note: `${countText(status.seriesHeld)} series held` },
    {
      label: 'Throughput',
      ...(status.lagRecords === null
        ? { value: `${rateText(status.eventsPerSecond)} forecasts/s`, note: 'made elsewhere' }
        : {
            value: `${rateText(status.eventsPerSecond)} events/s`,
            note: `lag ${countOf(status.lagRecords, 'record')}`,
          }),
    },
    {
      label: 'Weights',
      value: `v${status.servingVersion}`,
      note: status.servingVersion === 0 ? 'untrained, serving' : 'serving',
    },
    lastTrainingFigure(status),
    {
      label: '80 % band holds',
      value: status.coverage80 === null ? 'not scored yet' : shareText(status.coverage80, 1),
      note: 'of outcomes, all leads',
    },
    {
      label: 'MASE',
      value: status.mase === null ? 'not scored yet' : status.mase.toFixed(2),
      note: 'error, seasonal naive = 1',
    },
  ]
  if (feed !== null) {
    const share = feed.total === null || feed.total === 0 ? null : feed.sent / feed.total
    const done = feed.done
      ? 'sent whole'
      : share === null
        ? 'sending'
        : `${shareText(Math.floor(share * 100) / 100)} sent`
    const of = feed.total === null ? '' : `${countText(feed.sent)} of `
    figures.push({
      label: feed.eventTimeMs === null ? 'Feed' : `Feed at ${dateText(feed.eventTimeMs)}`,
      value: done,
      note: `${of}${countOf(feed.total ?? feed.sent, 'event')}`,
      progress: feed.done ? 1 : share,
    })
  }
  return figures
}

function lastTrainingFigure({ lastTraining: last, training, trainerGivenUp }: PipelineStatus): Figure {
  if (trainerGivenUp)
    return { label: 'Training', value: 'given up', note: 'the trainer ended too often; its log says why' }
  if (training !== null) {
    const { step, steps } = training
    const note = `step ${countText(step)} of ${countText(steps)}`
    return { label: 'Training', value: 'runs', note, progress: step / steps }
  }
  if (last === null) return { label: 'Last training', value: 'none yet', note: 'gathering history' }
  const loss = last.loss === null ? '' : `loss ${last.loss.toPrecision(3)}, `
  return { label: 'Last training', value: last.result, note: `${loss}to ${dateText(last.atMs)}` }
}

interface Cell {
  readonly root: HTMLElement
  readonly label: HTMLElement
  readonly value: HTMLElement
  readonly note: HTMLElement
  readonly progress: HTMLProgressElement
}

/** Draws the figures, in place: nothing moves while numbers change. */
export class StatusStrip {
  private readonly root = byId('figures')
  private readonly cells: Cell[] = []

  /** @param pipeline the chosen one; the first when there is none */
  show(status: StatusAnswer, pipeline: string | null): void {
    const chosen = status.pipelines.find((each) => each.pipeline === pipeline) ?? status.pipelines[0]
    const figures = chosen === undefined ? [] : figuresOf(chosen)
    figures.forEach((figure, index) => {
      const cell = this.cells[index] ?? this.addCell()
      setText(cell.label, figure.label)
      setText(cell.value, figure.value)
      setText(cell.note, figure.note)
      cell.progress.hidden = figure.progress === undefined || figure.progress === null
      cell.progress.value = figure.progress ?? 0
      if (!cell.progress.hidden) cell.progress.setAttribute('aria-label', figure.label)
      cell.root.hidden = false
    })
    for (const cell of this.cells.slice(figures.length)) cell.root.hidden = true
  }

  private addCell(): Cell {
    const label = element('dt')
    const value = element('dd', { class: 'figure' })
    const note = element('dd', { class: 'note' })
    const progress = element('progress', { max: '1', hidden: true })
    const root = element('div', {}, label, value, progress, note)
    const cell = { root, label, value, note, progress }
    this.root.append(root)
    this.cells.push(cell)
    return cell
  }
}
