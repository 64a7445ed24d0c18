import { expect, it } from 'vitest'
import { type LogMessage, postLogMessages, tellLogMessage } from '#services/trainer/log-messages'
import type { LogListener } from '#shared/log/log-listener'

it('what a worker’s log waits for is heard in the service as it was said', () => {
  const said: unknown[] = []
  const listener: LogListener = {
    silent: (place) => void said.push({ place }),
    away: (seconds) => void said.push({ away: seconds }),
    waiting: (what) => void said.push(what),
    back: (seconds) => void said.push({ back: seconds }),
  }
  // As over the port between the threads.
  const post = (message: LogMessage) => tellLogMessage(structuredClone(message), listener)
  const worker = postLogMessages(post)
  const what = { place: 'topic a', places: 2, reason: 'refused', seconds: 5 }
  worker.silent('topic b')
  worker.away(4.5)
  worker.waiting(what)
  worker.away(0)
  worker.back(9)
  expect(said).toEqual([{ place: 'topic b' }, { away: 4.5 }, what, { away: 0 }, { back: 9 }])
})
