import { Observable } from 'rxjs'

/**
 * What comes of `work` while somebody is subscribed. Without a subscriber its signal aborts, and what comes of it all the same is given back:
 * a promise by itself would drop it.
 * @param work rejects when its signal aborts, or goes on
 */
export function wantedWhile<T>(
  work: (signal: AbortSignal) => Promise<T>,
  giveBack: (made: T) => void,
): Observable<T> {
  return new Observable((subscriber) => {
    const unwanted = new AbortController()
    work(unwanted.signal).then(
      (made) => {
        if (subscriber.closed) giveBack(made)
        else {
          subscriber.next(made)
          subscriber.complete()
        }
      },
      (error: unknown) => subscriber.error(error),
    )
    return () => unwanted.abort()
  })
}
