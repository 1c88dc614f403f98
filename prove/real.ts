import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { VERDICTS } from '../src/core/comparison.ts'
import { between, table } from './page.ts'

/**
 * `npm run prove -- real`: whole comparisons by the real command in real time, against simulators of known speed on this machine: so many of
 * two equal arms, and so many of a candidate that takes 30 % longer. Writes the table into docs/method.md.
 */
const PAGE = new URL('../docs/method.md', import.meta.url)
const EXPERIMENTS = 10
const BINARY = new URL('../bin/flowbench', import.meta.url).pathname

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

interface Outcome {
  /** Absent where the comparison ended otherwise: our own machine spoiled it, or it was stopped. */
  readonly verdict?: string
  readonly code: number | null
  readonly estimate?: number
}

function compare(folder: string, file: string): Promise<Outcome> {
  const out = join(folder, `out-${file}`)
  return new Promise((resolve) => {
    const child = spawn(BINARY, ['compare', join(folder, `${file}.yaml`), '--out', out, '--quiet', '--json'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    let text = ''
    child.stdout.on('data', (piece: Buffer) => {
      text += piece.toString()
    })
    child.on('close', (code) => {
      const said = text === '' ? undefined : (JSON.parse(text) as { verdict?: string; metrics?: Record<string, { estimate?: number }> })
      const estimate = said?.metrics?.['response_time p50']?.estimate
      resolve({ code, ...(said?.verdict !== undefined && { verdict: said.verdict }), ...(estimate !== undefined && { estimate }) })
    })
  })
}

/** So many comparisons against that candidate, one after the other. */
async function experiments(folder: string, candidate: string): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = []
  for (let n = 0; n < EXPERIMENTS; n++) {
    const file = `${candidate}-${n}`
    writeFileSync(join(folder, `${file}.yaml`), scenario(candidate, 100 + n))
    const outcome = await compare(folder, file)
    outcomes.push(outcome)
    process.stderr.write(`against ${candidate}: ${n + 1} of ${EXPERIMENTS}, ${outcome.verdict ?? `exit code ${outcome.code}`}\n`)
  }
  return outcomes
}

function row(name: string, outcomes: readonly Outcome[]): string[] {
  const estimates = outcomes.flatMap(({ estimate }) => (estimate === undefined ? [] : [100 * estimate])).sort((a, b) => a - b)
  const span = estimates.length === 0 ? '–' : `${estimates[0]!.toFixed(1)} to ${estimates.at(-1)!.toFixed(1)}`
  const counts = VERDICTS.map((verdict) => String(outcomes.filter((one) => one.verdict === verdict).length))
  return [name, ...counts, String(outcomes.filter(({ verdict }) => verdict === undefined).length), span]
}

/** Runs all comparisons, both kinds side by side, and writes the page. Gives how many did not end as they must. */
export async function proveInRealTime(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'flowbench-real-'))
  writeFileSync(join(folder, 'baseline.yaml'), profile(200))
  writeFileSync(join(folder, 'slower.yaml'), profile(272))
  const [equal, slower] = await Promise.all([experiments(folder, 'baseline'), experiments(folder, 'slower')])
  rmSync(folder, { recursive: true, force: true })
  const rows = [row('equal arms', equal), row('the candidate takes 30 % longer', slower)]
  const markdown = `${table(['', ...VERDICTS, 'no verdict', 'change found, %'], rows)}\n\n${EXPERIMENTS} comparisons a row, the two rows side by side, on ${new Date().toISOString().slice(0, 10)} on ${availableParallelism()} cores of ${cpus()[0]?.model.trim() ?? 'an unnamed CPU'}, Node ${process.versions.node}.`
  process.stdout.write(`${markdown}\n`)
  writeFileSync(PAGE, between(readFileSync(PAGE, 'utf8'), 'in real time', markdown))
  return equal.filter(({ verdict }) => verdict === 'regressed').length + slower.filter(({ verdict }) => verdict !== 'regressed').length
}
