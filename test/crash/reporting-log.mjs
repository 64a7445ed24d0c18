import { map } from 'rxjs'

/**
 * A log that tells, before and after, what is done to it. The lines, by their first letter:
 * `O partition committed` owned; `R partition from` reads what was committed before; `B partition position` a commit
 * begins; `E partition position` it is durable; `X partition` it was refused, for another has the partition; `L partition` lost;
 * `A` an append begins; `a` it is durable.
 *
 * @param {import('#shared/log/port').Log} log
 * @param {(line: string) => void} tell must return only when the line is out of this process
 * @returns {import('#shared/log/port').Log}
 */
export function reportingLog(log, tell) {
  const report = (own) => {
    const { partition } = own
    let position = own.committed ?? 0
    tell(`O ${partition} ${position}`)
    own.lost$.subscribe(() => tell(`L ${partition}`))
    return {
      partition,
      committed: own.committed,
      lost$: own.lost$,
      next: (from, recordsMax) => {
        if (from < position) tell(`R ${partition} ${from}`)
        return own.next(from, recordsMax)
      },
      commit: async (writes, to) => {
        tell(`B ${partition} ${to}`)
        try {
          await own.commit(writes, to)
        } catch (error) {
          if (error.code === 'FENCED') tell(`X ${partition}`)
          throw error
        }
        position = to
        tell(`E ${partition} ${to}`)
      },
      settle: (topic) => own.settle(topic),
      release: () => own.release(),
    }
  }
  return {
    createTopics: (specs) => log.createTopics(specs),
    partitions: (topic) => log.partitions(topic),
    bounds: (topic, partition) => log.bounds(topic, partition),
    read: (...args) => log.read(...args),
    ownerships: (input, group) => log.ownerships(input, group).pipe(map(report)),
    append: async (topic, records) => {
      tell('A')
      await log.append(topic, records)
      tell('a')
    },
    close: () => log.close(),
  }
}
