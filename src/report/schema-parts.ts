/** A JSON Schema, or a part of one. */
export type Schema = Readonly<Record<string, unknown>>

/** The forms that files of answers are made of. */
export const text = { type: 'string' } as const
export const number = { type: 'number' } as const
export const whole = { type: 'integer', minimum: 0 } as const

/** Of what experiment a file of answers is, and how that ended: all but its description, which it may lack. */
export const concluded = {
  experiment: text,
  name: text,
  start: text,
  status: { enum: ['whole', 'unfinished'] },
  exitCode: whole,
  exitReason: text,
} as const

/** A mapping with all of `required`, and with `more` where there is something to say; nothing else. */
export const mapping = (required: Readonly<Record<string, Schema>>, more: Readonly<Record<string, Schema>> = {}): Schema => ({
  type: 'object',
  properties: { ...required, ...more },
  required: Object.keys(required),
  additionalProperties: false,
})

/** A mapping from any names to such values. */
export const every = (value: Schema): Schema => ({ type: 'object', additionalProperties: value })
export const list = (items: Schema): Schema => ({ type: 'array', items })
export const orNull = (schema: Schema): Schema => ({ anyOf: [schema, { type: 'null' }] })
export const described = (schema: Schema, description: string): Schema => ({ ...schema, description })
