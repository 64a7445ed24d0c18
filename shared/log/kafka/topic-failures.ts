import type { ForetideError } from '#shared/errors/foretide-error'
import { LogAwayError, LogDeniedError, LogUnavailableError } from '../errors.js'
import { kafkaFailure } from './kafka-errors.js'

/** Stands for the topics in a sentence that several have in common. */
const PLACE = '{topics}'

interface TopicFailure {
  readonly topic: string
  readonly failure: ForetideError
}

/** What failed for single topics of several while the others went on, so that all of it is told at once. */
export class TopicFailures {
  readonly #failures: TopicFailure[] = []

  /** @throws an error of ours where the brokers are away: the other topics would fail by that too */
  add(operation: string, topic: string, error: unknown): void {
    const failure = kafkaFailure(error, { operation, resource: `topic ${topic}` })
    if (failure instanceof LogAwayError) throw failure
    this.#failures.push({ topic, failure })
  }

  has(topic: string): boolean {
    return this.#failures.some((one) => one.topic === topic)
  }

  /**
   * @param outcome what became of the others, as a sentence
   * @throws all failures as one error, those of a kind in one sentence
   */
  throwAny(outcome?: string): void {
    const [first] = this.#failures
    if (first === undefined) return
    const sentences = [...sentencesOf(this.#failures), ...(outcome === undefined ? [] : [outcome])]
    const denied = this.#failures.some(({ failure }) => failure instanceof LogDeniedError)
    const Kind = denied ? LogDeniedError : LogUnavailableError
    throw new Kind(sentences.join(' '), { cause: first.failure })
  }
}

function sentencesOf(failures: readonly TopicFailure[]): string[] {
  const topicsBySentence = new Map<string, string[]>()
  for (const { topic, failure } of failures) {
    const sentence = failure.message.replace(`topic ${topic}`, PLACE)
    topicsBySentence.set(sentence, [...(topicsBySentence.get(sentence) ?? []), topic])
  }
  return [...topicsBySentence].map(([sentence, topics]) =>
    sentence.replace(PLACE, `${topics.length === 1 ? 'topic' : 'topics'} ${topics.join(', ')}`),
  )
}
