export interface ServerEvent {
  /** `message` where the stream names none. */
  readonly name: string
  readonly data: string
}

/**
 * Splits a stream of server-sent events as its text arrives.
 * (EventSource cannot send the token in a header, so the page reads the stream itself.)
 */
export class EventReader {
  private rest = ''

  /** @returns the events that are whole now */
  read(text: string): ServerEvent[] {
    const blocks = (this.rest + text).split('\n\n')
    this.rest = blocks.pop()!
    return blocks.flatMap((block) => {
      const fields = block.split('\n').map((line) => /^(event|data): ?(.*)$/.exec(line))
      const data = fields.filter((field) => field?.[1] === 'data').map((field) => field![2]!)
      const name = fields.find((field) => field?.[1] === 'event')?.[2] ?? 'message'
      return data.length > 0 ? [{ name, data: data.join('\n') }] : []
    })
  }
}
