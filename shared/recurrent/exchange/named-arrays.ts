import { WeightsRefusedError } from '../check-weights.js'

/** An array as frameworks name it. */
export interface NamedArray {
  readonly name: string
  /** Rows first. */
  readonly shape: readonly number[]
  readonly values: Float32Array
}

/** Names that an error lists. */
const LISTED = 8

/** Names for an error message: all of a few, the first of many. */
export function listNames(names: readonly string[]): string {
  if (names.length === 0) return 'nothing'
  const more = names.length > LISTED ? ` and ${names.length - LISTED} more` : ''
  return `${names.slice(0, LISTED).join(', ')}${more}`
}

/** Arrays that are taken one after another, each once: what is missing, does not fit or is left over gets named. */
export class ArrayShelf {
  private readonly arrays: Map<string, NamedArray>

  /** @param owner whose layout is read, for error messages */
  constructor(
    readonly owner: string,
    arrays: readonly NamedArray[],
  ) {
    this.arrays = new Map(arrays.map((array) => [array.name, array]))
  }

  /** Names of the arrays that nobody has taken yet. */
  names(): string[] {
    return [...this.arrays.keys()]
  }

  has(name: string): boolean {
    return this.arrays.has(name)
  }

  /** Shape of an array that is still here. @throws WeightsRefusedError when it is missing */
  shapeOf(name: string): readonly number[] {
    return this.find(name).shape
  }

  /** @throws WeightsRefusedError when it is missing, has another shape or holds what is not finite */
  take(name: string, ...shape: number[]): Float32Array {
    const array = this.find(name)
    if (array.shape.join() !== shape.join()) {
      this.refuse(`${name} is [${array.shape.join(', ')}], its place needs [${shape.join(', ')}]`)
    }
    const spoiled = array.values.findIndex((value) => !Number.isFinite(value))
    if (spoiled >= 0) this.refuse(`${name} holds ${array.values[spoiled]} at ${spoiled}`)
    this.arrays.delete(name)
    return array.values
  }

  /**
   * @param why an explanation for names that are known to have no place
   * @throws WeightsRefusedError that names the arrays that nobody has taken
   */
  end(why: (name: string) => string | null = () => null): void {
    const left = this.names()
    if (left.length === 0) return
    const reason = left.map(why).find((found) => found !== null)
    this.refuse(`no place for ${listNames(left)}${reason === undefined ? '' : `; ${reason}`}`)
  }

  refuse(fault: string): never {
    throw new WeightsRefusedError(`These weights cannot be read in ${this.owner}'s layout: ${fault}.`)
  }

  private find(name: string): NamedArray {
    const array = this.arrays.get(name)
    return array ?? this.refuse(`${name} is missing, there is ${listNames(this.names())}`)
  }
}
