import { SeededRandom } from '#shared/recurrent/seeded-random'

interface Detector {
  add(value: number): boolean
}

/** A stream of standard normal values, each with the correlation `memory` to the one before. */
export function* autoregressive(seed: number, memory: number): Generator<number, never> {
  const random = new SeededRandom(seed)
  for (let value = 0; ; ) {
    const radius = Math.sqrt(-2 * Math.log(1 - random.uniform()))
    value = memory * value + Math.sqrt(1 - memory ** 2) * radius * Math.cos(2 * Math.PI * random.uniform())
    yield value
  }
}

/** False alarms per thousand values of a stream in which nothing happens; the detector begins anew after each. */
export function falseAlarmsOf(make: () => Detector, memory: number, runs = 60, length = 500): number {
  let alarms = 0
  for (let run = 0; run < runs; run++) {
    const stream = autoregressive(run, memory)
    let detector = make()
    for (let t = 0; t < length; t++) {
      if (!detector.add(stream.next().value)) continue
      alarms++
      detector = make()
    }
  }
  return (1000 * alarms) / (runs * length)
}

/** Values, on average, until a fall by so many deviations after 60 quiet ones is found; at most 100 are waited for. */
export function delayOf(make: () => Detector, memory: number, fall: number, runs = 200): number {
  let delays = 0
  for (let run = 0; run < runs; run++) {
    const stream = autoregressive(1000 + run, memory)
    let detector = make()
    let t = 0
    for (; t < 160; t++) {
      if (!detector.add(stream.next().value - (t >= 60 ? fall : 0))) continue
      if (t >= 60) break
      detector = make()
    }
    delays += Math.min(100, t - 59)
  }
  return delays / runs
}
