/** The recursion of model findings § 2 in float64, with full matrices and no gaps: nothing is shared with the kernel. */
export class PlainLeastSquares {
  private readonly covariance: number[][]
  private readonly weights: number[][]
  private readonly origins: { x: number[]; gain: number[]; anchors: number[]; learns: boolean }[] = []
  private coordinate = 0

  constructor(
    private readonly features: number,
    private readonly leads: number,
    private readonly forgetting: number,
    private readonly ridge: number,
  ) {
    this.covariance = Array.from({ length: features }, (_, i) =>
      Array.from({ length: features }, (_, j) => (i === j ? 1 / ridge : 0)),
    )
    this.weights = Array.from({ length: leads }, () => new Array<number>(features).fill(0))
  }

  advance(value: number, row: number[], anchors: number[], learns = true): number[] {
    const x = row.map((v) => Math.max(-30, Math.min(30, v)))
    const { weights, origins } = this
    const now = origins.length
    if (learns) {
      for (let h = 1; h <= Math.min(this.leads, now); h++) {
        const origin = origins[now - h]!
        if (!origin.learns) continue
        const error = value - origin.anchors[h - 1]! - dot(weights[h - 1]!, origin.x)
        add(weights[h - 1]!, origin.gain, error)
      }
    }
    origins.push({ x, gain: learns ? this.takeUp(x) : x, anchors, learns })
    return anchors.map((anchor, h) => anchor + dot(weights[h]!, x))
  }

  private takeUp(x: number[]): number[] {
    const { covariance, forgetting, features } = this
    const u = covariance.map((line) => dot(line, x))
    const q = forgetting + dot(u, x)
    for (let i = 0; i < features; i++) {
      for (let j = 0; j < features; j++) {
        covariance[i]![j] = (covariance[i]![j]! - (u[i]! * u[j]!) / q) / forgetting
      }
    }
    const i = this.coordinate
    const c = this.ridge * features * (1 - forgetting)
    const column = covariance.map((line) => line[i]!)
    const d = 1 + c * column[i]!
    for (const w of this.weights) add(w, column, (-c * w[i]!) / d)
    for (let a = 0; a < features; a++) add(covariance[a]!, column, (-column[a]! * c) / d)
    this.coordinate = (i + 1) % features
    return u.map((value) => value / q)
  }
}

function dot(a: number[], b: number[]): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}

function add(to: number[], what: number[], times: number): void {
  for (let i = 0; i < to.length; i++) to[i]! += what[i]! * times
}
