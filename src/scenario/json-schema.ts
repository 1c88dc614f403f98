import { z } from 'zod'
import { scenarioSchema } from './schema.ts'

type Json = Record<string, unknown>

/** A text in which a variable stands: it may take the place of any value, whatever its form. */
const WITH_VARIABLE = { type: 'string', pattern: String.raw`\$\{[A-Za-z_]` } as const

const ANY_TEXT = String.raw`\S`

/** What decides the form of a single value; the rest (description, default, examples) stays beside it. */
const FORM = ['type', 'enum', 'const', 'pattern', 'minimum', 'maximum', 'exclusiveMinimum'] as const

/**
 * The JSON Schema (2020-12) of scenario files as they are written, for editors. It is laxer than `check` where only the meaning decides,
 * and it knows that a scenario needs a target and load.
 */
export function scenarioJsonSchema(): Json {
  const schema = z.toJSONSchema(scenarioSchema, { target: 'draft-2020-12', io: 'input' }) as Json
  const { $schema, ...rest } = allowVariables(schema) as Json
  return {
    $schema,
    title: 'flowbench scenario',
    description: 'What a load test of a Dify workflow sends, and what must hold.',
    required: ['target', 'load'],
    ...rest,
  }
}

/** The schema as the text of a file. */
export const scenarioJsonSchemaText = (): string => `${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`

function allowVariables(schema: unknown): unknown {
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) return schema
  const node = schema as Json
  if (Array.isArray(node['anyOf'])) return { ...node, anyOf: [...node['anyOf'].map(inside), WITH_VARIABLE] }
  const isSingle =
    node['enum'] !== undefined || ['number', 'integer', 'boolean'].includes(String(node['type'])) || node['pattern'] !== undefined
  // A field that takes any text takes one with a variable in it.
  if (!isSingle || node['pattern'] === ANY_TEXT) return inside(node)
  const form = Object.fromEntries(Object.entries(node).filter(([key]) => (FORM as readonly string[]).includes(key)))
  const beside = Object.fromEntries(Object.entries(node).filter(([key]) => !(FORM as readonly string[]).includes(key)))
  return { ...beside, anyOf: [form, WITH_VARIABLE] }
}

/** The same for what a mapping or list holds. */
function inside(schema: unknown): unknown {
  if (typeof schema !== 'object' || schema === null) return schema
  const { properties, items, additionalProperties, ...rest } = schema as Json
  return {
    ...rest,
    ...(properties !== undefined && {
      properties: Object.fromEntries(Object.entries(properties as Json).map(([name, inner]) => [name, allowVariables(inner)])),
    }),
    ...(items !== undefined && { items: allowVariables(items) }),
    ...(additionalProperties !== undefined && {
      additionalProperties: typeof additionalProperties === 'boolean' ? additionalProperties : allowVariables(additionalProperties),
    }),
  }
}
