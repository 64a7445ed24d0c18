import { svgElement } from '#shared/page/element'

const WIDTH = 84
const HEIGHT = 26
const MARGIN = 3

/** Points of a polyline through the values, filling the spark line's box; empty for fewer than two values. */
export function sparkPoints(values: readonly number[]): string {
  if (values.length < 2) return ''
  const low = Math.min(...values)
  const size = Math.max(...values) - low
  return values
    .map((value, index) => {
      const x = MARGIN + ((WIDTH - 2 * MARGIN) * index) / (values.length - 1)
      const share = size === 0 ? 0.5 : (value - low) / size
      return `${x.toFixed(1)},${(HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * share).toFixed(1)}`
    })
    .join(' ')
}

/** A small line of a series' last values, with a dot at the last; the words beside it say what matters. */
export class SparkLine {
  readonly root = svgElement('svg', {
    class: 'spark',
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    width: String(WIDTH),
    height: String(HEIGHT),
    'aria-hidden': 'true',
  })
  private readonly line = svgElement('polyline', { class: 'spark-line' })
  private readonly dot = svgElement('circle', { class: 'spark-dot', r: '2' })

  constructor() {
    this.root.append(this.line, this.dot)
  }

  show(values: readonly number[], anomaly: boolean): void {
    const points = sparkPoints(values)
    this.line.setAttribute('points', points)
    const last = points.split(' ').at(-1)?.split(',')
    this.dot.toggleAttribute('hidden', points === '')
    if (last?.length === 2) {
      this.dot.setAttribute('cx', last[0]!)
      this.dot.setAttribute('cy', last[1]!)
    }
    this.root.classList.toggle('has-anomaly', anomaly)
  }
}
