import { asPercent, inPercent, table } from './page.ts'
import { type Proof, pieces, sumOf, times } from './proof.ts'
import type { Task } from './tasks.ts'

const HISTORIES = 500
const SCATTERS = [0.03, 0.05, 0.08] as const
const STEPS = [0, 0.05, 0.1, 0.2] as const
/** The scatter at which a step of 10 % must be found, and none where there is none. */
const REQUIRED_SCATTER = 0.05

/** How often a step in a history is found, and how often one that is not there. */
export const history: Proof = {
  name: 'change points',
  tasks: (share) =>
    SCATTERS.flatMap((scatter) =>
      STEPS.flatMap((step) =>
        pieces(times(HISTORIES, share)).map(([from, to]): Task => ({ kind: 'history', question: { scatter, step }, from, to })),
      ),
    ),
  tables(done) {
    const shareOf = (scatter: number, step: number, what: string) => {
      const counts = sumOf(done, (task) => task.kind === 'history' && task.question.scatter === scatter && task.question.step === step)
      return (counts[what] ?? 0) / (counts['histories'] ?? 1)
    }
    const [found, wrong] = [shareOf(REQUIRED_SCATTER, 0.1, 'found'), shareOf(REQUIRED_SCATTER, 0, 'with others')]
    return {
      markdown: table(
        [
          'scatter from run to run',
          'no step: any change',
          ...STEPS.slice(1).map((step) => `step of ${asPercent(step)}: found / others too`),
        ],
        SCATTERS.map((scatter) => [
          asPercent(scatter),
          inPercent(shareOf(scatter, 0, 'with others')),
          ...STEPS.slice(1).map(
            (step) => `${inPercent(shareOf(scatter, step, 'found'))} / ${inPercent(shareOf(scatter, step, 'with others'))}`,
          ),
        ]),
      ),
      failures: [
        ...(found >= 0.95 ? [] : [`a step of 10 %: found in ${inPercent(found)} %, required ≥ 95`]),
        ...(wrong <= 0.05 ? [] : [`no step: a change in ${inPercent(wrong)} %, required ≤ 5`]),
      ],
    }
  },
}
