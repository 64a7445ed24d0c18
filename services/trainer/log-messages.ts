import type { AwaitedPlace, LogListener } from '#shared/log/log-listener'

/** What the worker thread tells of its log. */
export type LogMessage =
  | { readonly kind: 'silent'; readonly place: string }
  | { readonly kind: 'away'; readonly seconds: number }
  | { readonly kind: 'waiting'; readonly what: AwaitedPlace }
  | { readonly kind: 'back'; readonly seconds: number }

/** A listener that posts what it hears. */
export function postLogMessages(post: (message: LogMessage) => void): LogListener {
  return {
    silent: (place) => post({ kind: 'silent', place }),
    away: (seconds) => post({ kind: 'away', seconds }),
    waiting: (what) => post({ kind: 'waiting', what }),
    back: (seconds) => post({ kind: 'back', seconds }),
  }
}

/** Tell a listener what was posted. */
export function tellLogMessage(message: LogMessage, listener: LogListener): void {
  if (message.kind === 'silent') listener.silent(message.place)
  else if (message.kind === 'away') listener.away(message.seconds)
  else if (message.kind === 'waiting') listener.waiting(message.what)
  else listener.back(message.seconds)
}
