/** Things in order: `first` is the one before which none of the others comes. */
export interface Heap<T> {
  readonly first: T | undefined
  readonly size: number
  push(item: T): void
  /** Takes the first away and gives it; undefined where there is none. */
  pop(): T | undefined
}

/** A binary heap. `before` must be an order; of two that are equal in it either may come first. */
export function createHeap<T>(before: (a: T, b: T) => boolean): Heap<T> {
  const items: T[] = []
  return {
    get first() {
      return items[0]
    },
    get size() {
      return items.length
    },
    push(item) {
      let index = items.push(item) - 1
      while (index > 0) {
        const parent = (index - 1) >> 1
        if (before(items[parent]!, item)) break
        items[index] = items[parent]!
        index = parent
      }
      items[index] = item
    },
    pop() {
      const first = items[0]
      const last = items.pop()
      if (last === undefined || items.length === 0) return first
      let index = 0
      for (;;) {
        let child = 2 * index + 1
        if (child >= items.length) break
        if (child + 1 < items.length && before(items[child + 1]!, items[child]!)) child++
        if (before(last, items[child]!)) break
        items[index] = items[child]!
        index = child
      }
      items[index] = last
      return first
    },
  }
}
