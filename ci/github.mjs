// The step of the GitHub Action (action.yml): measures, then writes job summary, annotations and outputs, and ends in flowbench's own exit code.
import { randomUUID } from 'node:crypto'
import { appendFileSync, writeSync } from 'node:fs'
import { AskedWrongly, askedFor, FLOWBENCH, measure, told, verdictOf } from './measure.mjs'

const MOST_ANNOTATIONS = 5
const MOST_SUMMARY_BYTES = 60_000

const say = (text) => writeSync(1, text)

/** Adds to the file that a variable of the runner names; elsewhere there is none, and nothing is written. */
function append(variable, text) {
  const path = process.env[variable]
  if (path) appendFileSync(path, text)
}

/** In a delimiter that nobody can know beforehand, so that no value can add an output of its own. */
function output(name, value) {
  const delimiter = `end-${randomUUID()}`
  append('GITHUB_OUTPUT', `${name}<<${delimiter}\n${value}\n${delimiter}\n`)
}

/** Of what flowbench says only annotations count; where the job fails, one of them says so. */
function annotations(text, code) {
  const lines = text.split('\n').filter((line) => /^::(error|warning|notice) title=[^:]*::/.test(line))
  if (code === 0 || lines.some((line) => line.startsWith('::error '))) return lines.slice(0, MOST_ANNOTATIONS)
  return [...lines.slice(0, MOST_ANNOTATIONS - 1), `::error title=flowbench::It ended in exit code ${code}; the log says why.`]
}

/** The summary, then the exit code where it does not tell it, and where to look. */
function summary(text, { code, report }) {
  const end =
    report === undefined
      ? `flowbench ended in exit code ${code} before it had measured anything. The log of the step says why.`
      : `${text.includes(`Exit code ${code}`) ? '' : `flowbench itself ended in exit code ${code}. `}The whole report is among the artifacts of this run, unless upload is off.`
  const fits = Buffer.byteLength(text) + Buffer.byteLength(end) + 2 <= MOST_SUMMARY_BYTES
  return `${fits ? text : ''}\n${end}\n`
}

async function main() {
  const asked = askedFor(process.env)
  // Until its token comes again the runner takes no line for a command, whatever a server or a scenario may have put into one.
  const token = randomUUID()
  say(`::stop-commands::${token}\n`)
  const { code, report } = await measure(asked).finally(() => say(`\n::${token}::\n`))
  const shown = (format) => (report === undefined ? '' : told(report, format))
  append('GITHUB_STEP_SUMMARY', summary(shown('markdown'), { code, report }))
  for (const line of annotations(shown('github'), code)) say(`${line}\n`)
  output('verdict', verdictOf(report))
  output('exit-code', String(code))
  output('report', report ?? '')
  output('flowbench', FLOWBENCH)
  process.exitCode = code
}

await main().catch((error) => {
  say(`::error title=flowbench::${String(error.message).replace(/%/g, '%25').replace(/\r?\n/g, ' ')}\n`)
  process.exitCode = error instanceof AskedWrongly ? 2 : 1
})
