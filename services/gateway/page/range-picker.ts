import type { ForecastMessage } from '#shared/contracts/forecast'
import { byId, element } from '#shared/page/element'
import { spanText } from '#shared/page/words'

/** How much history the chart shows, in horizons: enough to see the fan, a few seasons, all that there is. */
const CHOICES = [2, 7, Number.POSITIVE_INFINITY]

export class RangePicker {
  private readonly root = byId('ranges')
  private horizons = 2
  private offered = ''
  private horizon = 0

  constructor(private readonly changed: () => void) {}

  get originsShown(): number {
    // One more than the steps, so that the span is the one that the button says.
    return this.horizons * this.horizon + 1
  }

  offer({ horizon, cadenceMs }: ForecastMessage): void {
    this.horizon = horizon
    const offered = `${horizon}/${cadenceMs}`
    if (offered === this.offered) return
    this.offered = offered
    const buttons = CHOICES.map((horizons) => {
      const text = Number.isFinite(horizons) ? spanText(horizons * horizon * cadenceMs) : 'all'
      const input = element('input', { type: 'radio', name: 'range', value: String(horizons) })
      input.checked = horizons === this.horizons
      input.addEventListener('change', () => {
        this.horizons = horizons
        this.changed()
      })
      return element('label', {}, input, element('span', {}, text))
    })
    this.root.replaceChildren(this.root.querySelector('legend')!, ...buttons)
  }
}
