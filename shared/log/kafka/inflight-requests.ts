import { Transients } from '#shared/collections/transients'

interface Inflight<T> {
  readonly correlationId: number
  readonly request: T
}

/**
 * What one of kafkajs's queues has sent and has no answer to yet: of `Map`, which it is there by itself, what the queue uses. Requests come
 * and go hundreds of times a second, and on each hangs what is written; see `Transients`.
 */
export class InflightRequests<T> {
  readonly #all = new Transients<Inflight<T>>()

  get size(): number {
    return this.#all.size
  }

  has(correlationId: number): boolean {
    return this.#find(correlationId) !== undefined
  }

  get(correlationId: number): T | undefined {
    return this.#find(correlationId)?.request
  }

  /** A correlation id that is not there yet. */
  set(correlationId: number, request: T): void {
    this.#all.add({ correlationId, request })
  }

  delete(correlationId: number): boolean {
    const found = this.#find(correlationId)
    return found !== undefined && this.#all.delete(found)
  }

  clear(): void {
    this.#all.clear()
  }

  values(): IterableIterator<T> {
    return [...this.#all].map(({ request }) => request).values()
  }

  forEach(use: (request: T) => void): void {
    for (const { request } of this.#all) use(request)
  }

  #find(correlationId: number): Inflight<T> | undefined {
    return this.#all.find((one) => one.correlationId === correlationId)
  }
}
