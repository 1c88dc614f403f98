import type { Calibration, Spread, TruthAtLoad } from '../../core/calibration.ts'
import { MILLISECOND } from '../../core/units.ts'
import { counted, percent, time } from '../../measure/figures.ts'
import { DISTURBED } from './ceiling.ts'

/** Two clients that see one server further apart than this in the mean: one of them is wrong. */
const APART = 0.05
/** How far a mark may be from the simulator's own moment on loopback. */
const TRUE_WITHIN = { p50: 2 * MILLISECOND, p95: 5 * MILLISECOND } as const
const LATE = 10 * MILLISECOND
/** Runs go up to here: what happens beyond is no fault of the installation. */
const TRUSTED_SHARE = 0.5

/** What is wrong with the installation, a sentence each. */
export function calibrationCaveats({ ceiling, witness, truth }: Pick<Calibration, 'ceiling' | 'witness' | 'truth'>): readonly string[] {
  const levels = Object.values(ceiling).flatMap(({ levels }) => levels)
  const others = levels.flatMap((level) => (level.others === undefined ? [] : [level.others]))
  const taken = others.reduce((sum, share) => sum + share, 0) / Math.max(1, others.length)
  const failed = levels.reduce((sum, { failures }) => sum + failures, 0)
  const trusted = truth.filter(({ share }) => share <= TRUSTED_SHARE)
  return [
    ...(taken <= DISTURBED
      ? []
      : [
          `Other programs took ${percent(taken)} of this machine while its ceiling was measured: all that is said here is of a busy machine. Calibrate again when it is at rest.`,
        ]),
    ...(failed === 0
      ? []
      : [
          `${counted(failed, 'run')} against the simulator that takes no time failed: the ceiling is that of a machine in trouble. Try \`flowbench doctor\`.`,
        ]),
    ...('absent' in witness || Math.abs(witness.apart.mean) <= APART
      ? []
      : [
          `flowbench measured a mean of ${time(witness.flowbench.mean)} where ${witness.client} measured ${time(witness.other.mean)}, ${percent(Math.abs(witness.apart.mean))} apart: do not trust times to better than that on this installation. Calibrate again on a quiet machine.`,
        ]),
    ...trusted.flatMap(untrue),
    ...sentLate(trusted),
  ]
}

/** One sentence for all loads at which it was so. */
function sentLate(truth: readonly TruthAtLoad[]): readonly string[] {
  const late = truth.filter(({ scheduleLag }) => scheduleLag.p99 > LATE)
  if (late.length === 0) return []
  const told = late.map(({ mode, share, scheduleLag }) => `${mode} runs at ${percent(share)} up to ${time(scheduleLag.p99)}`)
  return [
    `At no more than half of the ceiling runs were sent late (p99): ${told.join(', ')}. Runs at such a rate may be invalid here. Use a quieter or larger machine.`,
  ]
}

function untrue({ mode, share, errors }: TruthAtLoad): readonly string[] {
  const wrong = Object.entries(errors).filter(([, { p50, p95 }]) => p50 > TRUE_WITHIN.p50 || p95 > TRUE_WITHIN.p95)
  if (wrong.length === 0) return []
  const names = wrong.map(([mark]) => mark).join(', ')
  const most = (figure: keyof Spread) => time(Math.max(...wrong.map(([, error]) => error[figure])))
  const are = wrong.length === 1 ? 'the mark' : 'the marks'
  return [
    `At ${percent(share)} of the ceiling ${are} ${names} of ${mode} runs lay up to ${most('p50')} (p50) and ${most('p95')} (p95) from the simulator's own moment: times are no truer than that here at such a rate. Use a quieter or larger machine.`,
  ]
}
