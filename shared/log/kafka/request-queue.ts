import { InflightRequests } from './inflight-requests.js'

/** kafkajs's `RequestQueue`: what is used of it. */
export interface RequestQueue {
  /** Requests that wait until they may be sent. */
  readonly pending: readonly unknown[]
  /** Those that were sent and are not answered yet, by correlation id: a `Map` by itself. */
  inflight: { readonly size: number }
  scheduleCheckPendingRequests(): void
}

/**
 * Let one of kafkajs's queues, to which nothing was given yet, look for requests to send only while there are any. By itself it looks every
 * millisecond for as long as it lives (tulios/kafkajs#1751): with two connections for each partition and broker, that is some ten thousand
 * timers a second in a worker that is busy, and more in one that has nothing to do. And let it forget what is answered (`InflightRequests`).
 */
export function calmRequestQueue(queue: RequestQueue): void {
  queue.inflight = new InflightRequests()
  const schedule = queue.scheduleCheckPendingRequests.bind(queue)
  queue.scheduleCheckPendingRequests = () => {
    if (queue.pending.length > 0) schedule()
  }
}
