// Every check that CI runs, one after another, each to its end; closes with one line that counts checks and tests together.
import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'

const RESULTS = 'coverage/results.json'
const checks = ['check:types', 'check:lint', 'check:imports', 'check:unused', 'check:schema']

/** Runs an npm script of this package; true where it succeeds. */
function script(name, ...args) {
  process.stdout.write(`\n── ${name}\n`)
  return (
    spawnSync('npm', ['run', '--silent', name, '--', ...args], {
      stdio: ['ignore', 'inherit', 'inherit'],
      shell: process.platform === 'win32',
    }).status === 0
  )
}

const results = checks.map((name) => [name, script(name)])
rmSync(RESULTS, { force: true })
const tested = script('test:coverage', '--reporter=default', '--reporter=json', `--outputFile.json=${RESULTS}`)
const { passed, failed, skipped } = counts()
// Tests that all passed may still have failed as a whole: coverage below its floor, an error outside of any test.
results.push(['test:coverage', tested || failed > 0])

const broken = results.filter(([, ok]) => !ok).map(([name]) => name)
if (broken.length > 0) process.stdout.write(`\nFailed: ${broken.join(', ')}\n`)
process.stdout.write(
  `\n${passed + results.length - broken.length} passed, ${failed + broken.length} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`,
)
if (broken.length > 0 || failed > 0 || passed === 0 || !tested) process.exitCode = 1

function counts() {
  try {
    const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(RESULTS, 'utf8'))
    return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests }
  } catch {
    return { passed: 0, failed: 1, skipped: 0 }
  }
}
