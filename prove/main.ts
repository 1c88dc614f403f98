import { readFileSync, writeFileSync } from 'node:fs'
import { between } from './page.ts'
import { doAll } from './pool.ts'
import { PROOFS } from './proofs.ts'
import { proveInRealTime } from './real.ts'
import { holdTwoClients } from './two-clients.ts'

/**
 * `npm run prove`: shows by simulation under virtual time what the method of docs/method.md errs, and writes the tables into that page.
 * Three quarters of an hour of one core; the same numbers each time. `npm run prove -- 0.1` does a tenth of everything, judges nothing by so few and writes nothing;
 * `npm run prove -- 1 coverage` does one proof only. On a machine that does nothing else: `npm run prove -- real` makes whole comparisons, searches and
 * diagnoses by the real command in real time, three quarters of an hour, `npm run prove -- real comparisons` (or `capacity`, `overloads`) one of these;
 * `npm run prove -- two-clients` has autocannon confirm what flowbench measures.
 */
const PAGE = new URL('../docs/method.md', import.meta.url)
if (process.argv[2] === 'two-clients') process.exit(await holdTwoClients())
if (process.argv[2] === 'real') process.exit((await proveInRealTime(process.argv[3])) === 0 ? 0 : 1)
const [share, only] = [Number(process.argv[2] ?? 1), process.argv[3]]
if (!(share > 0 && share <= 1)) throw new Error(`not a share from 0 to 1: ${process.argv[2]}`)
const proofs = PROOFS.filter(({ name }) => only === undefined || name === only)
if (proofs.length === 0) throw new Error(`there is no proof "${only}", but ${PROOFS.map(({ name }) => name).join(', ')}`)

let broken = 0
for (const { name, tasks, tables } of proofs) {
  const all = tasks(share)
  const counts = await doAll(all, (done) => process.stderr.write(`\r${name}: ${done} of ${all.length}  `))
  process.stderr.write('\n')
  const { markdown, failures } = tables(all.map((task, index) => ({ task, counts: counts[index]! })))
  process.stdout.write(`${markdown}\n\n`)
  if (share < 1) continue
  for (const failure of failures) process.stdout.write(`Not met: ${failure}\n`)
  broken += failures.length
  writeFileSync(PAGE, between(readFileSync(PAGE, 'utf8'), name, markdown))
}
if (share === 1) process.stdout.write(broken === 0 ? 'Everything required is met.\n' : `${broken} requirements are not met.\n`)
if (broken > 0) process.exitCode = 1
