import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll } from 'vitest'
import type { LogLine } from '../../src/core/record.ts'
import type { Sample } from '../../src/core/sample.ts'
import type { RunSummary } from '../../src/core/summary.ts'
import type { TruthLine } from '../../src/core/truth.ts'
import { mergedSamples } from '../../src/measure/merged.ts'
import { openSampleLog, type PlanFile, readPlan } from '../../src/store/read-lines.ts'

export const ROOT = fileURLToPath(new URL('../..', import.meta.url))
/** The runtime that is pinned in node_modules. */
export const PINNED_NODE = join(ROOT, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
const MAIN = join(ROOT, 'src', 'main.ts')

/** Every file of a run folder whose run came to its end, in order of name. */
export const WHOLE = [
  'histograms.hlog',
  'machine.jsonl',
  'nodes.csv',
  'plan.json',
  'report.html',
  'run.json',
  'samples.csv',
  'samples.jsonl',
  'summary.csv',
]

export interface CommandOptions {
  /** Beside a small environment without keys. */
  readonly env?: Readonly<Record<string, string>>
  /** Flags of Node itself, before the program. */
  readonly nodeFlags?: readonly string[]
  /** Program and first arguments in place of the pinned Node on src/main.ts. */
  readonly command?: readonly string[]
}

/** How a flowbench process ended. */
export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** A flowbench process under way. */
export interface Running {
  readonly pid: number
  readonly child: ChildProcess
  /** Resolves with the match once stdout and stderr together have said it; rejects where the process ends before. */
  says(pattern: RegExp): Promise<RegExpExecArray>
  readonly ended: Promise<Ended>
}

export interface Workbench {
  /** A temporary folder, gone when the file's tests are over. */
  readonly folder: string
  /** Writes a scenario, or any file that flowbench reads as YAML, and gives its path. */
  write(name: string, content: unknown): string
  /** Starts flowbench; what still runs when the file's tests are over is killed. */
  start(args: readonly string[], options?: CommandOptions): Running
  /** Runs flowbench to its end. */
  flowbench(args: readonly string[], options?: CommandOptions): Promise<Ended>
  /** `flowbench run` with a folder of its own to write into; `run` is the run folder it made, where it made one. */
  run(args: readonly string[], options?: CommandOptions): Promise<Ended & { readonly run: string | undefined; readonly out: string }>
  /** Makes a new folder for `--out`. */
  newOut(): string
}

/** A place to run flowbench in, for one test file; call it at the top of the file. */
export function createWorkbench(): Workbench {
  const folder = mkdtempSync(join(tmpdir(), 'flowbench-test-'))
  const children = new Set<ChildProcess>()
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  })

  function start(args: readonly string[], { env = {}, nodeFlags = [], command = [PINNED_NODE, ...nodeFlags, MAIN] }: CommandOptions = {}) {
    const [program = '', ...first] = command
    const { PATH = '', HOME = '', TMPDIR } = process.env
    const child = spawn(program, [...first, ...args], {
      cwd: ROOT,
      env: { PATH, HOME, ...(TMPDIR && { TMPDIR }), NO_COLOR: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    children.add(child)
    let [stdout, stderr] = ['', '']
    const ears = new Set<() => void>()
    const hear = () => {
      for (const ear of ears) ear()
    }
    child.stdout.on('data', (data: Buffer) => {
      stdout += data
      hear()
    })
    child.stderr.on('data', (data: Buffer) => {
      stderr += data
      hear()
    })
    const ended = new Promise<Ended>((resolve, reject) => {
      child.once('error', reject)
      child.once('close', (code, signal) => {
        children.delete(child)
        resolve({ code, signal, stdout, stderr })
      })
    })
    const says = (pattern: RegExp) =>
      new Promise<RegExpExecArray>((resolve, reject) => {
        const ear = () => {
          const match = pattern.exec(stdout + stderr)
          if (!match) return
          ears.delete(ear)
          resolve(match)
        }
        ears.add(ear)
        ear()
        void ended.then(() => reject(new Error(`It ended without saying ${pattern}; it said:\n${stdout}${stderr}`)))
      })
    return { pid: child.pid ?? -1, child, says, ended }
  }

  let outs = 0
  const newOut = () => join(folder, `out-${outs++}`)
  return {
    folder,
    start,
    newOut,
    flowbench: (args, options) => start(args, options).ended,
    write(name, content) {
      const path = join(folder, name)
      writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
      return path
    },
    async run(args, options) {
      const out = newOut()
      const ended = await start(['run', ...args, '--out', out], options).ended
      return { ...ended, out, run: runFolderIn(out) }
    },
  }
}

/** The newest run folder below an `--out` folder; undefined where there is none. */
export function runFolderIn(out: string): string | undefined {
  if (!existsSync(out)) return undefined
  const runs = readdirSync(out).flatMap((name) => readdirSync(join(out, name)).map((run) => join(out, name, run)))
  return runs.sort().at(-1)
}

export const readRun = (run: string): RunSummary => JSON.parse(readFileSync(join(run, 'run.json'), 'utf8')) as RunSummary
export const readRunPlan = (run: string): PlanFile => readPlan(run)

/** Every exchange in a run folder, with its close in its marks. */
export async function readSamples(run: string): Promise<Sample[]> {
  const { plan } = readPlan(run)
  const lines = async function* (): AsyncGenerator<LogLine> {
    yield* (await openSampleLog(run)).lines
  }
  const samples: Sample[] = []
  for await (const sample of mergedSamples(plan, lines)) samples.push(sample)
  return samples
}

/** Whole lines of a simulator's truth log. */
export const readTruth = (file: string): TruthLine[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as TruthLine)

/** The value below which a share `p` of `values` lies: the smallest that is no less than it. */
export function quantile(values: readonly number[], p: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)] ?? Number.NaN
}
