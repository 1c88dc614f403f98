// One measurement as a CI job asks for it: what is asked comes from the environment, so that no text of a workflow file is ever read by a shell.
// Plain JavaScript: it runs on whatever Node the runner has, and bin/flowbench hands over to the one that came with `npm ci`.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { constants } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The command, for Node to run. */
export const FLOWBENCH = fileURLToPath(new URL('../bin/flowbench', import.meta.url))

const COMMANDS = ['compare', 'run', 'capacity']
/** `code` leaves what is not decided its own exit code, 12. */
const INCONCLUSIVE = ['pass', 'fail', 'code']

/** A person can mend it in the workflow file. */
export class AskedWrongly extends Error {}

/** What the variables FLOWBENCH_CI_* ask for. Throws AskedWrongly with a sentence where they make no sense. */
export function askedFor(env) {
  const read = (name, otherwise) => (env[`FLOWBENCH_CI_${name}`] ?? '').trim() || otherwise
  const asked = {
    command: read('COMMAND', 'compare'),
    scenario: read('SCENARIO', ''),
    // One on each line: there is nothing to quote, and nothing that a quote could break out of.
    args: read('ARGS', '')
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter((line) => line !== ''),
    inconclusive: read('INCONCLUSIVE', 'pass'),
    out: read('OUT', 'reports'),
    formats: read('FORMAT', 'csv,html,junit,openmetrics'),
  }
  if (!COMMANDS.includes(asked.command)) throw new AskedWrongly(`command must be one of ${COMMANDS.join(', ')}.`)
  if (!INCONCLUSIVE.includes(asked.inconclusive)) throw new AskedWrongly(`inconclusive must be one of ${INCONCLUSIVE.join(', ')}.`)
  if (asked.scenario === '') throw new AskedWrongly('scenario must name a scenario file.')
  return asked
}

/** The arguments of flowbench for it. Those that CI depends on come last, where they count. */
export function argumentsFor({ command, scenario, args, inconclusive, out, formats }) {
  return [
    command,
    scenario,
    ...args,
    '--out',
    out,
    '--format',
    `text,${formats}`,
    ...(command === 'compare' && inconclusive !== 'code' ? ['--inconclusive', inconclusive] : []),
  ]
}

/**
 * Runs flowbench to its end, all that it says on our own stdout, so that nothing overtakes anything. Signals are handed on, so that a job that is
 * cancelled drains. Gives the exit code, and the folder that was made, or gone on with (`--resume` in args), where one was.
 */
export async function measure(asked) {
  const before = logsOf(asked)
  const child = spawn(process.execPath, [FLOWBENCH, ...argumentsFor(asked)], { stdio: ['ignore', 1, 1] })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve(code ?? 128 + (constants.signals[signal] ?? 0)))
  })
  const grown = [...logsOf(asked)].filter(([folder, log]) => log !== before.get(folder))
  return { code, report: grown.at(-1)?.[0] }
}

/** How far the log of each folder of a run or of several has come, by folder: one that was not there, or has another, is what was worked in. */
function logsOf({ out, args }) {
  const at = args.indexOf('--resume')
  const named =
    at >= 0 && args[at + 1]?.startsWith('-') === false ? args[at + 1] : args.find((arg) => arg.startsWith('--resume='))?.slice(9)
  const folders = [...foldersIn(out), ...(named && !foldersIn(out).some((folder) => resolve(folder) === resolve(named)) ? [named] : [])]
  return new Map(
    folders.map((folder) => {
      const log = ['experiment.jsonl', 'samples.jsonl'].map((name) => join(folder, name)).find((path) => existsSync(path))
      return [folder, log ? `${statSync(log).size} ${statSync(log).mtimeMs}` : 'none']
    }),
  )
}

/** A stored result in one of the formats that flowbench prints; empty where it cannot be read. */
export function told(report, format) {
  const { stdout } = spawnSync(process.execPath, [FLOWBENCH, 'report', report, '--format', format], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 16 * 2 ** 20,
  })
  return stdout ?? ''
}

/** The verdict of a stored result in one word or two, of a search in both modes for each; `none` where nothing was judged. */
export function verdictOf(report) {
  const file =
    report &&
    ['comparison.json', 'capacity-modes.json', 'capacity.json', 'run.json']
      .map((name) => join(report, name))
      .find((path) => existsSync(path))
  if (!file) return 'none'
  const result = JSON.parse(readFileSync(file, 'utf8'))
  if (file.endsWith('comparison.json')) return result.verdict ?? (result.exitCode === 4 ? 'invalid' : 'none')
  if (file.endsWith('capacity.json')) return result.exitCode === 4 ? 'invalid' : result.stopped
  if (file.endsWith('capacity-modes.json'))
    return result.exitCode === 4 ? 'invalid' : result.modes.map((mode) => `${mode} ${result.answers[mode].stopped}`).join(', ')
  if (!result.valid) return 'invalid'
  const verdicts = result.objectives.map(({ verdict }) => verdict)
  return ['missed', 'undecided'].find((verdict) => verdicts.includes(verdict)) ?? (verdicts.length > 0 ? 'held' : 'none')
}

/** Every folder of a run or of several below `--out`, in order of their names. */
function foldersIn(out) {
  const below = (folder) =>
    existsSync(folder)
      ? readdirSync(folder, { withFileTypes: true })
          .filter((entry) => entry.isDirectory())
          .map(({ name }) => join(folder, name))
          .sort()
      : []
  return below(out).flatMap(below)
}
