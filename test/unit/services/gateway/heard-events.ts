export interface HeardEvent {
  /** `message` where the stream names none. */
  readonly name: string
  readonly data: string
}

/** Server-sent events of a response, as they come; leaving the loop ends the request. */
export async function* heardEvents(response: Response): AsyncGenerator<HeardEvent> {
  let text = ''
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk
    const blocks = text.split('\n\n')
    text = blocks.pop()!
    for (const block of blocks) {
      const lines = block.split('\n')
      const data = lines.filter((line) => line.startsWith('data: ')).map((line) => line.slice(6))
      const name = lines.find((line) => line.startsWith('event: '))?.slice(7) ?? 'message'
      if (data.length > 0) yield { name, data: data.join('\n') }
    }
  }
}

/** The next `count` events of a name. */
export async function nextEvents(
  events: AsyncGenerator<HeardEvent>,
  name: string,
  count = 1,
): Promise<unknown[]> {
  const found: unknown[] = []
  while (found.length < count) {
    const { value, done } = await events.next()
    if (done) throw new Error(`the stream ended after ${found.length} ${name} events`)
    if (value.name === name) found.push(JSON.parse(value.data))
  }
  return found
}
