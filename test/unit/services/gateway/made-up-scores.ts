import type { NewRecord } from '#shared/log/port'

/** The record of a score, with what the gateway reads of it and a little more. */
export function scoreRecord(of: {
  readonly series: string
  readonly value: number
  readonly leads: readonly number[]
  readonly median: readonly number[]
  readonly halfWidth: readonly number[]
  readonly partition?: number
}): NewRecord & { readonly value: Uint8Array } {
  const { series, value, leads, median, halfWidth, partition = 0 } = of
  const target = { time: '2001-01-08T00:00:00.000Z', value, partition, offset: '0' }
  const message = {
    schema: 'foretide.score/1',
    series,
    pipeline: 'flights',
    target,
    leads,
    median,
    halfWidth,
  }
  return {
    partition,
    key: Buffer.from(series),
    value: Buffer.from(JSON.stringify(message)),
    headers: [],
    timestamp: 0,
  }
}
