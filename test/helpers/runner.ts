import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { StoredCapacity } from '../../src/judge/capacity/capacity-summary.ts'
import type { StoredComparison } from '../../src/judge/comparison/comparison-summary.ts'
import { PINNED_NODE, ROOT } from './cli.ts'
import { environment } from './run-summary.ts'

/**
 * Stands in for `run`, `compare` and `capacity`: leaves a result that was stored before and ends in a code that it is told, at once. All else, such as `report`,
 * goes to the real one.
 */
const STAND_IN = `
const { cpSync, readFileSync, writeFileSync } = require('node:fs')
const { join } = require('node:path')
const { spawnSync } = require('node:child_process')
const { PINNED_NODE, MAIN, RESULT, SAYS, CODE, HEARD } = process.env
const words = process.argv.slice(2)
if (!['run', 'compare', 'capacity'].includes(words[0])) {
  process.exitCode = spawnSync(PINNED_NODE, [MAIN, ...words], { stdio: 'inherit' }).status
} else {
  writeFileSync(HEARD, JSON.stringify(words))
  for (const stream of [process.stdout, process.stderr]) stream.write(readFileSync(SAYS))
  if (RESULT) cpSync(RESULT, join(words[words.indexOf('--out') + 1], 'translate', (words[0] === 'capacity' ? 'capacity' : 'compare') + '-20261126T050000Z-0001'), { recursive: true })
  process.exitCode = Number(CODE)
}
`

export interface Step {
  readonly code: number | null
  readonly log: string
  readonly summary: string
  /** By name, as the runner reads GITHUB_OUTPUT. */
  readonly outputs: Readonly<Record<string, string>>
  /** What flowbench was called with; only of the one that stands in. */
  readonly heard: readonly string[]
  readonly out: string
}

export interface StepOptions {
  readonly script?: 'github.mjs' | 'gitlab.mjs'
  /** FLOWBENCH_CI_* without what they begin with. */
  readonly asked?: Readonly<Record<string, string>>
  /** What the stand-in leaves, says and ends in; the real flowbench without. */
  readonly standIn?: { readonly result?: string; readonly says?: string; readonly code: number }
  /** Folders of comparisons that lie in its reports beforehand, by name. */
  readonly before?: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string>>
}

/** Runs a script of ci/ as a CI runner does, with files for what it is to write, in a folder of its own below `bench`. */
export function runStep(bench: string, { script = 'github.mjs', asked = {}, standIn, before = {}, env = {} }: StepOptions): Step {
  const folder = mkdtempSync(join(bench, 'step-'))
  const at = (name: string) => join(folder, name)
  const [out, summary, output, heard, says] = [at('reports'), at('summary.md'), at('output'), at('heard'), at('says')]
  for (const file of [summary, output]) writeFileSync(file, 'before\n')
  writeFileSync(says, standIn?.says ?? '')
  for (const [name, stored] of Object.entries(before)) cpSync(stored, join(out, 'translate', name), { recursive: true })
  const root = standIn ? folder : ROOT
  if (standIn) {
    cpSync(join(ROOT, 'ci'), join(folder, 'ci'), { recursive: true })
    mkdirSync(join(folder, 'bin'))
    writeFileSync(join(folder, 'bin', 'flowbench'), STAND_IN)
    chmodSync(join(folder, 'bin', 'flowbench'), 0o755)
  }
  const { PATH = '', HOME = '' } = process.env
  const { status, stdout, stderr } = spawnSync(PINNED_NODE, [join(root, 'ci', script)], {
    cwd: ROOT,
    encoding: 'utf8',
    env: {
      PATH,
      HOME,
      GITHUB_ACTIONS: 'true',
      GITHUB_STEP_SUMMARY: summary,
      GITHUB_OUTPUT: output,
      FLOWBENCH_CI_OUT: out,
      FLOWBENCH_CI_SCENARIO: 'translate.yaml',
      ...Object.fromEntries(Object.entries(asked).map(([name, value]) => [`FLOWBENCH_CI_${name}`, value])),
      ...(standIn && {
        PINNED_NODE,
        MAIN: join(ROOT, 'src', 'main.ts'),
        HEARD: heard,
        CODE: String(standIn.code),
        RESULT: standIn.result ?? '',
        SAYS: says,
      }),
      ...env,
    },
  })
  return {
    code: status,
    log: stdout + stderr,
    summary: readFileSync(summary, 'utf8').replace(/^before\n/, ''),
    outputs: outputsIn(readFileSync(output, 'utf8').replace(/^before\n/, '')),
    heard: existsSync(heard) ? (JSON.parse(readFileSync(heard, 'utf8')) as string[]) : [],
    out,
  }
}

/** A file of outputs in the form with a delimiter; throws where anything stands outside of it. */
function outputsIn(text: string): Record<string, string> {
  const outputs: Record<string, string> = {}
  let rest = text
  while (rest !== '') {
    const [whole, name, , value] = /^([a-z-]+)<<(\S+)\n([\s\S]*?)\n\2\n/.exec(rest) ?? []
    if (whole === undefined) throw new Error(`The runner would refuse: ${rest}`)
    outputs[name!] = value!
    rest = rest.slice(whole.length)
  }
  return outputs
}

/** Lines of a log that the runner takes for commands, as it reads them: none between stop-commands and its token. */
export function commandsIn(log: string): readonly string[] {
  const commands: string[] = []
  let stopped: string | undefined
  for (const line of log.split(/\r\n|\r|\n/)) {
    const [, name, value] = /^\s*::([\w-]+)(?: .*?)?::(.*)$/.exec(line) ?? []
    if (stopped !== undefined) {
      if (name === stopped) stopped = undefined
    } else if (name === 'stop-commands') stopped = value
    else if (name !== undefined || line.includes('##[')) commands.push(line)
  }
  return commands
}

/** Writes a made comparison as a folder that flowbench reads. */
export function writeComparisonFolder(folder: string, { header, lines, runs }: StoredComparison): string {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'experiment.jsonl'), [header, ...lines].map((line) => `${JSON.stringify(line)}\n`).join(''))
  for (const [run, { plan, summary }] of runs) {
    mkdirSync(join(folder, run))
    writeFileSync(
      join(folder, run, 'plan.json'),
      JSON.stringify({ schema: 1, run, start: header.start, zeroMonotonic: 0, plan, environment }),
    )
    if (summary) writeFileSync(join(folder, run, 'run.json'), JSON.stringify(summary))
  }
  return folder
}

/** Writes the runs of a search, as it is stored when they have ended, as a folder that flowbench reads. */
export function writeSearchFolder(folder: string, { header, events }: StoredCapacity): string {
  mkdirSync(folder, { recursive: true })
  const at = (ms: number) => new Date(ms).toISOString()
  const lines = events.flatMap(({ run, order, began, ended }) => [
    { began: run, at: at(began), order },
    { ended: run, at: at(ended), order },
  ])
  writeFileSync(join(folder, 'experiment.jsonl'), [header, ...lines].map((line) => `${JSON.stringify(line)}\n`).join(''))
  for (const { run, summary } of events) {
    mkdirSync(join(folder, run))
    writeFileSync(join(folder, run, 'run.json'), JSON.stringify(summary))
  }
  return folder
}

/** Names of the files that lie in a folder of reports itself. */
export const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isFile() ? [entry.name] : []))
