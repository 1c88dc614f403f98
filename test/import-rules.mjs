// Holds the sources to .dependency-cruiser.cjs, and fails where the cruiser saw nothing: beside some TypeScript versions it reads no file and is content.
import { createRequire } from 'node:module'
import { cruise } from 'dependency-cruiser'

const config = createRequire(import.meta.url)('../.dependency-cruiser.cjs')
const { output } = await cruise(['src'], { ...config.options, ruleSet: { forbidden: config.forbidden }, validate: true })
const { totalCruised, violations } = output.summary

for (const { rule, from, to } of violations) process.stderr.write(`${rule.name}: ${from} → ${to}\n`)
process.stdout.write(`${totalCruised} modules, ${violations.length} forbidden imports\n`)
if (totalCruised < 50 || violations.length > 0) process.exitCode = 1
