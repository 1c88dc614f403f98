// The script of the GitLab job (ci/gitlab.yml): measures, lays the reports that GitLab reads where it looks, and ends in flowbench's own exit code.
import { copyFileSync, existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { AskedWrongly, askedFor, measure } from './measure.mjs'

const READ_BY_GITLAB = ['junit.xml', 'metrics.txt']

async function main() {
  const asked = askedFor(process.env)
  // What a cache brought back must not pass for a result of this job.
  for (const name of READ_BY_GITLAB) rmSync(join(asked.out, name), { force: true })
  const { code, report } = await measure(asked)
  for (const name of READ_BY_GITLAB)
    if (report !== undefined && existsSync(join(report, name))) copyFileSync(join(report, name), join(asked.out, name))
  process.exitCode = code
}

await main().catch((error) => {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = error instanceof AskedWrongly ? 2 : 1
})
