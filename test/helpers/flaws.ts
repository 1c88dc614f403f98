import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { HtmlValidate } from 'html-validate'

/** What is wrong with a page as HTML, a line each; empty where nothing is. */
export async function flawsOfPage(page: string): Promise<readonly string[]> {
  const report = await new HtmlValidate({
    extends: ['html-validate:standard'],
    rules: { 'no-inline-style': 'off', 'svg-focusable': 'off', 'long-title': 'off', 'no-trailing-whitespace': 'off' },
  }).validateString(page)
  return report.results.flatMap(({ messages }) => messages.map(({ message, line }) => `${line}: ${message}`))
}

/** In what a value, as JSON, does not fit a JSON Schema that is published under scenarios/; empty where it fits. */
export function misfits(value: unknown, file: string): readonly unknown[] {
  const validate = new Ajv2020({ allErrors: true }).compile(JSON.parse(readFileSync(`scenarios/${file}`, 'utf8')) as object)
  validate(JSON.parse(JSON.stringify(value)))
  return validate.errors ?? []
}
