import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { VERDICTS } from '../src/core/comparison.ts'
import { table } from './page.ts'
import type { RealProof } from './proof.ts'
import { type Answer, answerOf, inFolder, madeOn } from './real-command.ts'

const EXPERIMENTS = 10

/** A workflow whose model takes `ms` milliseconds in the median; single runs scatter by 15 %. */
const profile = (ms: number) => `
description: of known speed
inputs: [{ variable: text, type: paragraph, checked: false }]
nodes:
  - { id: start, type: start, takes: 1ms }
  - { id: llm, type: llm, text: { first: { lognormal: { median: ${ms}ms, sigma: 0.15 } }, chunks: 5, gap: 2ms } }
  - { id: end, type: end, takes: 1ms }
outputs: { text: llm.text }
`

const scenario = (candidate: string, seed: number) => `
name: real
target: { simulator: ./baseline.yaml }
inputs: [{ values: { text: "{{nonce}}" } }]
load:
  - { name: warm-up, concurrency: 4, runs: 4, measured: false }
  - { name: steady, rate: 60/s, arrivals: poisson, for: 900ms }
limits: { linger: 0s, timeout: 20s }
judge: { primary: response_time p50 }
seed: ${seed}
arms:
  baseline: {}
  candidate: { target: { simulator: ./${candidate}.yaml } }
`

interface Said {
  readonly verdict?: string
  readonly metrics?: Readonly<Record<string, { readonly estimate?: number }>>
}
const verdictOf = ({ said }: Answer<Said>) => said?.verdict

/** So many comparisons against that candidate, one after the other. */
async function experiments(folder: string, candidate: string): Promise<readonly Answer<Said>[]> {
  const answers: Answer<Said>[] = []
  for (let n = 0; n < EXPERIMENTS; n++) {
    const file = join(folder, `${candidate}-${n}.yaml`)
    writeFileSync(file, scenario(candidate, 100 + n))
    const answer = await answerOf<Said>(['compare', file, '--out', join(folder, `out-${candidate}-${n}`)])
    answers.push(answer)
    process.stderr.write(`against ${candidate}: ${n + 1} of ${EXPERIMENTS}, ${verdictOf(answer) ?? `exit code ${answer.code}`}\n`)
  }
  return answers
}

function row(name: string, answers: readonly Answer<Said>[]): string[] {
  const estimates = answers.flatMap(({ said }) => said?.metrics?.['response_time p50']?.estimate ?? []).sort((a, b) => a - b)
  const span = estimates.length === 0 ? '–' : `${(100 * estimates[0]!).toFixed(1)} to ${(100 * estimates.at(-1)!).toFixed(1)}`
  const counts = [...VERDICTS, undefined].map((verdict) => String(answers.filter((one) => verdictOf(one) === verdict).length))
  return [name, ...counts, span]
}

/** Whole comparisons against simulators of known speed: so many of two equal arms and, beside them, so many of a candidate that takes 30 % longer. */
export const proveComparisons = (): Promise<RealProof> =>
  inFolder(async (folder) => {
    writeFileSync(join(folder, 'baseline.yaml'), profile(200))
    writeFileSync(join(folder, 'slower.yaml'), profile(272))
    const [equal, slower] = await Promise.all([experiments(folder, 'baseline'), experiments(folder, 'slower')])
    const rows = [row('equal arms', equal), row('the candidate takes 30 % longer', slower)]
    const [alarms, overlooked] = [
      equal.filter((one) => verdictOf(one) === 'regressed').length,
      slower.filter((one) => verdictOf(one) !== 'regressed').length,
    ]
    return {
      markdown: `${table(['', ...VERDICTS, 'no verdict', 'change found, %'], rows)}\n\n${EXPERIMENTS} comparisons a row, the two rows side by side, ${madeOn()}.`,
      failures: [
        ...(alarms > 0 ? [`comparisons: equal arms regressed ${alarms} times`] : []),
        ...(overlooked > 0 ? [`comparisons: what takes longer was not found ${overlooked} times`] : []),
      ],
    }
  })
