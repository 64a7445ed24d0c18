import { svgElement } from '#shared/page/element'
import type { SeriesGradientNorms } from '#shared/recurrent/gradient-flow-figures'
import { HEAT_STEPS, type HeatScale, heatStep } from './heat-scale.js'

export interface HeatCell {
  readonly row: number
  readonly column: number
}

/** Rows × columns of coloured cells; pointer and arrow keys choose one. The words are the panel's. */
export class HeatMap {
  private readonly drawing = svgElement('svg', { preserveAspectRatio: 'none', 'aria-hidden': 'true' })
  private readonly cursor = svgElement('rect', { class: 'heat-cursor', width: '1', height: '1' })
  private rows = 0
  private columns = 0
  private cell: HeatCell | null = null

  /** @param chosen hears of the cell that is pointed at; null when none is any more */
  constructor(
    private readonly root: HTMLElement,
    private readonly chosen: (cell: HeatCell | null) => void,
  ) {
    root.append(this.drawing)
    root.tabIndex = 0
    root.addEventListener('pointermove', (event) => this.choose(this.cellAt(event)))
    root.addEventListener('pointerdown', (event) => this.choose(this.cellAt(event)))
    root.addEventListener('pointerleave', (event) => {
      if (event.pointerType === 'mouse') this.choose(null)
    })
    root.addEventListener('keydown', (event) => this.move(event))
  }

  show(rows: readonly SeriesGradientNorms[], scale: HeatScale): void {
    this.rows = rows.length
    this.columns = rows[0]?.norms.length ?? 0
    const paths = Array.from({ length: HEAT_STEPS }, () => '')
    rows.forEach(({ norms }, row) => {
      norms.forEach((norm, column) => {
        paths[heatStep(norm, scale)] += `M${column} ${row}h1v1h-1z`
      })
    })
    this.drawing.setAttribute('viewBox', `0 0 ${this.columns} ${this.rows}`)
    this.drawing.replaceChildren(
      ...paths.map((d, step) => svgElement('path', { class: `heat-${step}`, d })),
      this.cursor,
    )
    this.root.dataset.cells = String(this.rows * this.columns)
    this.choose(null)
  }

  private cellAt({ clientX, clientY }: PointerEvent): HeatCell | null {
    const { left, top, width, height } = this.drawing.getBoundingClientRect()
    const column = Math.floor(((clientX - left) / width) * this.columns)
    const row = Math.floor(((clientY - top) / height) * this.rows)
    return column >= 0 && column < this.columns && row >= 0 && row < this.rows ? { row, column } : null
  }

  private move(event: KeyboardEvent): void {
    const { row, column } = this.cell ?? { row: 0, column: -1 }
    const moves: Record<string, HeatCell> = {
      ArrowLeft: { row, column: column - 1 },
      ArrowRight: { row, column: column + 1 },
      ArrowUp: { row: row - 1, column },
      ArrowDown: { row: row + 1, column },
      Home: { row, column: 0 },
      End: { row, column: this.columns - 1 },
    }
    const next = moves[event.key]
    if (event.key === 'Escape') this.choose(null)
    if (next === undefined || this.rows === 0) return
    event.preventDefault()
    const within = (place: number, count: number) => Math.min(count - 1, Math.max(0, place))
    this.choose({ row: within(next.row, this.rows), column: within(next.column, this.columns) })
  }

  private choose(cell: HeatCell | null): void {
    if (cell?.row === this.cell?.row && cell?.column === this.cell?.column) return
    this.cell = cell
    this.cursor.toggleAttribute('hidden', cell === null)
    if (cell !== null) {
      this.cursor.setAttribute('x', String(cell.column))
      this.cursor.setAttribute('y', String(cell.row))
    }
    this.chosen(cell)
  }
}
