/** kafkajs's `RequestQueue`: what is used of it. */
export interface RequestQueue {
  /** Requests that wait until they may be sent. */
  readonly pending: readonly unknown[]
  scheduleCheckPendingRequests(): void
}

/**
 * Let one of kafkajs's queues look for requests to send only while there are any. By itself it looks every millisecond for as long as it lives
 * (tulios/kafkajs#1751): with two connections for each partition and broker, that is some ten thousand timers a second in a worker
 * that is busy, and more in one that has nothing to do.
 */
export function calmRequestQueue(queue: RequestQueue): void {
  const schedule = queue.scheduleCheckPendingRequests.bind(queue)
  queue.scheduleCheckPendingRequests = () => {
    if (queue.pending.length > 0) schedule()
  }
}
