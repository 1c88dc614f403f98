import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createHeap } from '../../src/core/heap.ts'

const drained = <T>(heap: { pop(): T | undefined }): T[] => {
  const items: T[] = []
  for (let item = heap.pop(); item !== undefined; item = heap.pop()) items.push(item)
  return items
}

it('gives what was put in, the smallest first', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), (numbers) => {
      const heap = createHeap<number>((a, b) => a < b)
      for (const number of numbers) heap.push(number)
      expect(heap.first).toBe(numbers.length > 0 ? Math.min(...numbers) : undefined)
      expect(heap.size).toBe(numbers.length)
      expect(drained(heap)).toEqual([...numbers].sort((a, b) => a - b))
    }),
  )
})

it('takes more while it is emptied', () => {
  const heap = createHeap<number>((a, b) => a < b)
  for (const number of [5, 1, 3]) heap.push(number)
  expect(heap.pop()).toBe(1)
  heap.push(2)
  expect(drained(heap)).toEqual([2, 3, 5])
})
