import type { Header } from '#shared/log/port'

const utf8 = new TextEncoder()

/** CloudEvents 1.0 attributes in Kafka's binary mode. They depend on the input alone, so that a replay writes the same bytes. */
export class CloudEventHeaders {
  private readonly fixed: readonly Header[]
  private readonly idPrefix: string

  /** @param type for example `foretide.forecast.v1` */
  constructor(pipeline: string, partition: number, type: string) {
    this.idPrefix = `${pipeline}/${partition}`
    this.fixed = [
      ['content-type', utf8.encode('application/json')],
      ['ce_specversion', utf8.encode('1.0')],
      ['ce_type', utf8.encode(type)],
      ['ce_source', utf8.encode(`/foretide/${pipeline}`)],
    ]
  }

  /** @param timeMs event time that the record speaks of, or null where there is none */
  of(series: string, offset: number, timeMs: number | null): readonly Header[] {
    const headers: Header[] = [
      ...this.fixed,
      ['ce_id', utf8.encode(`${this.idPrefix}/${offset}/${encodeURIComponent(series)}`)],
      ['ce_subject', utf8.encode(series)],
    ]
    if (timeMs !== null) headers.push(['ce_time', utf8.encode(new Date(timeMs).toISOString())])
    return headers
  }
}
