import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { scenarioJsonSchema } from '../../src/scenario/json-schema.ts'
import { load } from './folder.ts'

const page = readFileSync('docs/reference/scenario-file.md', 'utf8')

function fieldsOf(schema: unknown): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return []
  if (Array.isArray(schema)) return schema.flatMap(fieldsOf)
  const { properties, items, anyOf } = schema as { properties?: Record<string, unknown>; items?: unknown; anyOf?: unknown }
  return [
    ...Object.entries(properties ?? {}).flatMap(([name, inner]) => [name, ...fieldsOf(inner)]),
    ...fieldsOf(items),
    ...fieldsOf(anyOf),
  ]
}

test('the reference page names every field of a scenario', () => {
  const missing = fieldsOf(scenarioJsonSchema()).filter((name) => !page.includes(`\`${name}\``) && !page.includes(`${name}: …`))
  expect(missing).toEqual([])
})

test('the example of the reference page loads', () => {
  const [, example] = /```yaml\n(.*?)```/s.exec(page) ?? []
  expect(load(example!, { env: { DIFY_API_KEY: 'app-12345678' } }).plan.phases).toHaveLength(2)
})
