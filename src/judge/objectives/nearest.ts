/** Edits (a letter more, less or other) that turn one word into the other: Levenshtein (1966). */
function edits(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)))
    row = next
  }
  return row[b.length]!
}

/** The name most like `word`, or undefined where none is less than half different. */
export function nearest(word: string, names: readonly string[]): string | undefined {
  const plain = word.toLowerCase().replaceAll('-', '_')
  const best = names.map((name) => ({ name, distance: edits(plain, name) })).sort((a, b) => a.distance - b.distance)[0]
  return best && best.distance <= Math.max(1, best.name.length / 2 - 1) ? best.name : undefined
}
