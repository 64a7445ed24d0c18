/** A vector and ∂loss/∂vector, in float64. */
export interface Variable {
  readonly value: Float64Array
  readonly gradient: Float64Array
}

/** A matrix, rows first, and ∂loss/∂matrix. */
export interface Matrix extends Variable {
  readonly columns: number
}

/**
 * Operations on vectors that remember how to go back [reverse accumulation: Linnainmaa 1970]: `backward` runs the
 * remembered steps last to first, each adding to the gradients of what it had read. Slow and plain, for tests.
 */
export class Tape {
  private readonly undo: (() => void)[] = []

  variable(value: ArrayLike<number>): Variable {
    return { value: Float64Array.from(value), gradient: new Float64Array(value.length) }
  }

  /** Add up gradients from what was set on results to every variable that they came from; once. */
  backward(): void {
    while (this.undo.length > 0) this.undo.pop()!()
  }

  /** matrix · vector */
  product(matrix: Matrix, vector: Variable): Variable {
    const { columns } = matrix
    const rows = matrix.value.length / columns
    const result = this.variable(new Float64Array(rows))
    for (let row = 0; row < rows; row++) {
      let sum = 0
      for (let k = 0; k < columns; k++) sum += matrix.value[row * columns + k]! * vector.value[k]!
      result.value[row] = sum
    }
    this.undo.push(() => {
      for (let row = 0; row < rows; row++) {
        const gradient = result.gradient[row]!
        for (let k = 0; k < columns; k++) {
          matrix.gradient[row * columns + k]! += gradient * vector.value[k]!
          vector.gradient[k]! += gradient * matrix.value[row * columns + k]!
        }
      }
    })
    return result
  }

  add(...terms: readonly Variable[]): Variable {
    const sum = (at: number) => terms.reduce((total, { value }) => total + value[at]!, 0)
    const result = this.variable(terms[0]!.value.map((_, i) => sum(i)))
    this.undo.push(() => {
      for (const term of terms) addTo(term.gradient, result.gradient)
    })
    return result
  }

  /** Product by elements. */
  multiply(a: Variable, b: Variable): Variable {
    const result = this.variable(a.value.map((value, i) => value * b.value[i]!))
    this.undo.push(() => {
      addTo(
        a.gradient,
        result.gradient.map((g, i) => g * b.value[i]!),
      )
      addTo(
        b.gradient,
        result.gradient.map((g, i) => g * a.value[i]!),
      )
    })
    return result
  }

  /** A function of each element; its derivative as a function of the element and the result. */
  map(x: Variable, f: (x: number) => number, derivative: (x: number, y: number) => number): Variable {
    const result = this.variable(x.value.map(f))
    this.undo.push(() => {
      addTo(
        x.gradient,
        result.gradient.map((g, i) => g * derivative(x.value[i]!, result.value[i]!)),
      )
    })
    return result
  }

  /** The same numbers, with a gradient of their own. */
  copy(x: Variable): Variable {
    return this.map(
      x,
      (value) => value,
      () => 1,
    )
  }

  tanh(x: Variable): Variable {
    return this.map(x, Math.tanh, (_, y) => 1 - y * y)
  }

  logistic(x: Variable): Variable {
    return this.map(
      x,
      (value) => 1 / (1 + Math.exp(-value)),
      (_, y) => y * (1 - y),
    )
  }

  /** max(0, x), with the derivative 0 at 0 as in PyTorch. */
  rectify(x: Variable): Variable {
    return this.map(
      x,
      (value) => Math.max(0, value),
      (value) => (value > 0 ? 1 : 0),
    )
  }

  /** 1 − x */
  complement(x: Variable): Variable {
    return this.map(
      x,
      (value) => 1 - value,
      () => -1,
    )
  }

  /** x − log Σ exp x */
  logSoftmax(x: Variable): Variable {
    const largest = Math.max(...x.value)
    const logSum = largest + Math.log(x.value.reduce((sum, value) => sum + Math.exp(value - largest), 0))
    const result = this.variable(x.value.map((value) => value - logSum))
    this.undo.push(() => {
      const total = result.gradient.reduce((sum, g) => sum + g, 0)
      addTo(
        x.gradient,
        result.gradient.map((g, i) => g - Math.exp(result.value[i]!) * total),
      )
    })
    return result
  }

  /** Elements `from` to `to` − 1. */
  slice(x: Variable, from: number, to: number): Variable {
    const result = this.variable(x.value.subarray(from, to))
    this.undo.push(() => {
      addTo(x.gradient.subarray(from, to), result.gradient)
    })
    return result
  }
}

function addTo(sum: Float64Array, terms: Float64Array): void {
  for (let i = 0; i < terms.length; i++) sum[i]! += terms[i]!
}
