import { table } from './page.ts'
import { kindOf, PLANTED } from './planted.ts'
import { type Proof, sumOf, times } from './proof.ts'
import type { Found, Task } from './tasks.ts'

const SEARCHES = 20
/** Searches that a thread does at one go. */
const CHUNK = 5
const FOUND: readonly Found[] = ['named', 'not clear', 'another', 'none']

/** How often the answer of a search names the overload that was planted in the simulator's model, and says that it is not clear where two were. */
export const overloads: Proof = {
  name: 'overloads',
  tasks(share) {
    const count = times(SEARCHES, share)
    return PLANTED.flatMap((_, planted) =>
      Array.from({ length: Math.ceil(count / CHUNK) }, (_, index): Task => {
        const from = index * CHUNK
        return { kind: 'overload', planted, from, to: Math.min(from + CHUNK, count) }
      }),
    )
  },
  tables(done) {
    const rows = PLANTED.map((planted, index) => {
      const counts = sumOf(done, (task) => task.kind === 'overload' && task.planted === index)
      const searches = FOUND.reduce((total, found) => total + (counts[found] ?? 0), 0)
      return { planted, searches, named: counts['named'] ?? 0, cells: FOUND.map((found) => String(counts[found] ?? 0)) }
    })
    return {
      markdown: table(
        ['planted', 'mode', 'to be named', 'named', 'not clear', 'another', 'none'],
        rows.map(({ planted, cells }) => [planted.title, planted.mode, kindOf(planted), ...cells]),
      ),
      failures: rows.flatMap(({ planted, named, searches }) =>
        named < searches ? [`overloads, ${planted.title}: named in ${named} of ${searches} searches`] : [],
      ),
    }
  },
}
