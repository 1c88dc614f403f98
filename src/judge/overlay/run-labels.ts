/** Characters of the random end of an id: enough for a handful of runs, as a rule. */
const SHORTEST = 4

/**
 * Run ids as short as they can be told apart: their last four characters, or as many more as it takes, from the end. Distinct ids give distinct
 * labels, all of one length but where an id is shorter.
 */
export function runLabels(ids: readonly string[]): readonly string[] {
  const longest = Math.max(...ids.map((id) => id.length))
  for (let length = SHORTEST; length < longest; length++) {
    const labels = ids.map((id) => id.slice(-length))
    if (new Set(labels).size === ids.length) return labels
  }
  return ids
}
