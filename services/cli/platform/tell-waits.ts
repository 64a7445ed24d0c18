import { type LogListener, noListener } from '#shared/log/log-listener'
import type { TextStream } from '../terminal/text-stream.js'

/** Says on `err` what a command waits for, so that nobody takes it for stuck. */
export function tellWaits(err: TextStream): LogListener {
  return {
    ...noListener,
    waiting: ({ place, reason }) => err.write(`waiting for Kafka (${place}): ${reason}\n`),
    back: () => err.write('Kafka is back\n'),
  }
}
