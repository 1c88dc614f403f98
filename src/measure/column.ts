/** A list of numbers without an object for each: eight or four bytes a number. */
export interface Column {
  readonly length: number
  push(value: number): void
  /** Sets the number at `index`, now or beyond the end; what lies between becomes NaN, as do numbers never set. */
  put(index: number, value: number): void
  /** What is held, in order. A view: valid until the next change. */
  view(): Float64Array | Float32Array
  /** NaN where nothing was put. */
  at(index: number): number
}

const FIRST_CAPACITY = 256

/** Doubles; or with `narrow` floats, exact for whole numbers up to 16,777,216 and within 6e-8 of any other. */
export function createColumn(width: 'double' | 'narrow' = 'double'): Column {
  const make = (capacity: number) => (width === 'double' ? new Float64Array(capacity) : new Float32Array(capacity)).fill(Number.NaN)
  let values = make(FIRST_CAPACITY)
  let length = 0
  const put = (index: number, value: number) => {
    if (index >= values.length) {
      const larger = make(Math.max(values.length * 2, index + 1))
      larger.set(values)
      values = larger
    }
    values[index] = value
    if (index >= length) length = index + 1
  }
  return {
    get length() {
      return length
    },
    push: (value) => put(length, value),
    put,
    view: () => values.subarray(0, length),
    at: (index) => (index < length ? values[index]! : Number.NaN),
  }
}
