import { readFileSync, writeFileSync } from 'node:fs'
import { between } from './page.ts'
import type { RealProof } from './proof.ts'
import { proveCapacity } from './real-capacity.ts'
import { proveComparisons } from './real-comparisons.ts'
import { proveOverloads } from './real-overloads.ts'

/** By the name that is asked for: the marks in the page, and what is run. */
const REAL: Readonly<Record<string, { readonly marks: string; readonly prove: () => Promise<RealProof> }>> = {
  comparisons: { marks: 'in real time', prove: proveComparisons },
  capacity: { marks: 'capacity in real time', prove: proveCapacity },
  overloads: { marks: 'overloads in real time', prove: proveOverloads },
}

const PAGE = new URL('../docs/method.md', import.meta.url)

/** `npm run prove -- real [comparisons|capacity|overloads]`: one, or all of them one after the other. Writes the page; gives how many things failed. */
export async function proveInRealTime(only: string | undefined): Promise<number> {
  const chosen = Object.entries(REAL).filter(([name]) => only === undefined || name === only)
  if (chosen.length === 0) throw new Error(`there is no proof "${only}" in real time, but ${Object.keys(REAL).join(', ')}`)
  let broken = 0
  for (const [, { marks, prove }] of chosen) {
    const { markdown, failures } = await prove()
    process.stdout.write(`${markdown}\n\n`)
    for (const failure of failures) process.stdout.write(`Not met: ${failure}\n`)
    broken += failures.length
    writeFileSync(PAGE, between(readFileSync(PAGE, 'utf8'), marks, markdown))
  }
  return broken
}
