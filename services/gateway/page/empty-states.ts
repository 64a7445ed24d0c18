import { byId, setText } from '#shared/page/element'
import { countOf } from '#shared/words/count-of'
import type { StatusAnswer } from '../responses.js'
import type { ChosenSeries } from './deep-link.js'
import type { Connection } from './gateway-client.js'

/** What stands in the chart's place while there is no forecast: why, and what to do. */
export function emptyWords(
  connection: Connection,
  chosen: ChosenSeries | null,
  status: StatusAnswer | null,
): { title: string; text: string } {
  if (connection === 'refused') {
    return {
      title: 'This gateway asks for a token',
      text: 'It is the one that the gateway was started with.',
    }
  }
  if (connection === 'lost') {
    return {
      title: 'The gateway does not answer',
      text: 'Trying again by itself. Is “foretide up” still running?',
    }
  }
  if (connection === 'connecting' || status === null) return { title: 'Connecting to the gateway…', text: '' }
  const pipelines = status.pipelines.map((each) => each.pipeline)
  const sent = status.pipelines.reduce((sum, each) => sum + (each.feed?.sent ?? 0), 0)
  const waitsFor =
    chosen === null ? pipelines.join(' and ') || 'any pipeline' : `${chosen.series} in ${chosen.pipeline}`
  const fed =
    sent > 0
      ? `The feed has sent ${countOf(sent, 'event')}; a series is forecast from its second reading on.`
      : 'A series is forecast from its second reading on. Send some with “foretide feed FILE” or POST /v1/events.'
  const unknown = chosen !== null && pipelines.length > 0 && !pipelines.includes(chosen.pipeline)
  return {
    title: `Waiting for the first forecast of ${waitsFor}`,
    text: unknown
      ? `There is no pipeline ${chosen.pipeline} here, only ${pipelines.join(' and ')}: choose a series from the list.`
      : fed,
  }
}

export function showEmpty(
  connection: Connection,
  chosen: ChosenSeries | null,
  status: StatusAnswer | null,
): void {
  const { title, text } = emptyWords(connection, chosen, status)
  setText(byId('empty-title'), title)
  setText(byId('empty-text'), text)
  byId('token-form').hidden = connection !== 'refused'
}
