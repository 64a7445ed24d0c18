// A Kafka for another program: writes a line of JSON with its addresses, and ends when its standard input does.
import { NoKafkaError, provideKafka } from './provide-kafka.mjs'

try {
  const say = (line) => process.stderr.write(`${line}\n`)
  const { brokers, version, stop } = await provideKafka({ longLived: true }, { env: process.env, say })
  process.stdout.write(`${JSON.stringify({ brokers, version })}\n`)
  // Ctrl-C reaches the whole group; the one that started us decides when we end.
  process.on('SIGINT', () => undefined)
  await new Promise((resolve) => process.stdin.on('end', resolve).resume())
  await stop()
  process.exit(0)
} catch (error) {
  if (!(error instanceof NoKafkaError)) throw error
  process.stdout.write(`${JSON.stringify({ missing: error.message })}\n`)
  process.exitCode = 3
}
