import { z } from 'zod'

/**
 * The small forms that fields of a scenario take. An error message here is always the sentence that says what would be right;
 * `complaints.ts` puts before it what is wrong. Patterns stand in the JSON Schema too, so editors know them.
 */

const NUMBER = String.raw`\d+(?:\.\d+)?`
const DURATION = `${NUMBER}(?:us|ms|s|m|h)`
const RATE = `${NUMBER}/(?:s|m|h)`

const DURATION_SENTENCE = 'Write a duration such as 250us, 100ms, 1.5s, 2m or 1h.'
const RATE_SENTENCE = 'Write a rate such as 10/s, 90/m or 3/h, or a ramp such as 10/s..40/s.'
const CONCURRENCY_SENTENCE = 'Write a whole number of slots from 1 to 10000 such as 4, or a ramp such as 1..32.'

/** Help for a field: the first sentence a person reads in the editor, with the default and examples where they help. */
export interface Help {
  readonly default?: unknown
  readonly examples?: readonly unknown[]
  /** Of a mapping: how many keys it must have. */
  readonly minProperties?: number
  readonly maxProperties?: number
}

const described = <T extends z.ZodType>(type: T, description: string, help: Help = {}): z.ZodOptional<T> =>
  type.meta({ description, ...help } as z.GlobalMeta).optional()

/** `100ms`, `2m`. */
export const durationText = z.string({ error: DURATION_SENTENCE }).regex(new RegExp(`^${DURATION}$`), { error: DURATION_SENTENCE })

/** Any text that is not empty. */
export const someText = (sentence: string) => z.string({ error: sentence }).regex(/\S/, { error: sentence })

/** A field of free text. */
export const textField = (sentence: string, description: string, help?: Help) => described(someText(sentence), description, help)

/** A field with a length of time. */
export const durationField = (description: string, help?: Help) => described(durationText, description, help)

const SIZE_SENTENCE = 'Write a size such as 200kB, 1.5MB or 800B.'

/** A number of bytes. */
export const sizeField = (description: string, help?: Help) =>
  described(z.string({ error: SIZE_SENTENCE }).regex(new RegExp(`^${NUMBER}(?:B|kB|MB)$`), { error: SIZE_SENTENCE }), description, help)

/** A rate, or a ramp from one to another. */
export const rateField = (description: string, help?: Help) =>
  described(
    z.string({ error: RATE_SENTENCE }).regex(new RegExp(`^${RATE}(?:\\.\\.${RATE})?$`), { error: RATE_SENTENCE }),
    description,
    help,
  )

/** One rate. */
export const rateText = (sentence: string) => z.string({ error: sentence }).regex(new RegExp(`^${RATE}$`), { error: sentence })

/** One number of slots. */
export const slotsNumber = (sentence: string) => z.int({ error: sentence }).min(1, { error: sentence }).max(10_000, { error: sentence })

/** A number of slots, or a ramp from one to another. */
export const concurrencyField = (description: string, help?: Help) =>
  described(
    z.union(
      [
        z.int({ error: CONCURRENCY_SENTENCE }).min(1, { error: CONCURRENCY_SENTENCE }).max(10_000, { error: CONCURRENCY_SENTENCE }),
        z.string({ error: CONCURRENCY_SENTENCE }).regex(/^[1-9]\d{0,4}(?:\.\.[1-9]\d{0,4})?$/, { error: CONCURRENCY_SENTENCE }),
      ],
      { error: CONCURRENCY_SENTENCE },
    ),
    description,
    help,
  )

/** A whole number from `low` up. */
export function countField(low: number, description: string, help?: Help) {
  const error = `Write a whole number from ${low} up, without quotes.`
  return described(z.int({ error }).min(low, { error }), description, help)
}

/** A number above 0. */
export function positiveField(description: string, help?: Help) {
  const error = 'Write a number above 0, without quotes.'
  return described(z.number({ error }).gt(0, { error }), description, help)
}

/** A share: from 0 to 1, or in percent. */
export function shareField(description: string, help?: Help) {
  const error = 'Write a share such as 0.8 or 80%.'
  return described(
    z.union(
      [z.number({ error }).min(0, { error }).max(1, { error }), z.string({ error }).regex(/^(?:100|\d{1,2}(?:\.\d+)?)%$/, { error })],
      { error },
    ),
    description,
    help,
  )
}

/** A relative change in percent, above 0. */
export function percentField(description: string, help?: Help) {
  const error = 'Write a percentage above 0 such as 10%.'
  return described(z.string({ error }).regex(/^(?!0+(?:\.0+)?%)\d{1,3}(?:\.\d+)?%$/, { error }), description, help)
}

export function yesNoField(description: string, help?: Help) {
  const error = 'Write true or false, without quotes.'
  return described(z.boolean({ error }), description, help)
}

/** One of a few words. */
export function wordField<const Words extends readonly [string, ...string[]]>(words: Words, description: string, help?: Help) {
  return described(wordOf(words), description, help)
}

/** One of a few words, as an element of a list. */
export const wordOf = <const Words extends readonly [string, ...string[]]>(words: Words) =>
  z.enum(words, { error: words.length === 1 ? `Write ${words[0]}; it is the only choice.` : `Write one of: ${words.join(', ')}.` })

/** A list; where the field is absent there is none. */
export const listField = <T extends z.ZodType>(element: T, sentence: string, description: string, help?: Help) =>
  described(z.array(element, { error: sentence }), description, help)

/** A mapping from names to values of one type. */
export const mappingField = <T extends z.ZodType>(value: T, sentence: string, description: string, help?: Help) =>
  described(z.record(z.string(), value, { error: sentence }), description, help)

/** A name that objectives, tables and files can carry: letters, digits, dot, underscore and hyphen. */
export function nameField(description: string, help?: Help) {
  const error = 'Write a name of letters, digits, dots, underscores and hyphens, at most 60 characters, such as steady.'
  return described(z.string({ error }).regex(/^[\p{L}\p{N}][\p{L}\p{N}._-]{0,59}$/u, { error }), description, help)
}

/**
 * A mapping with these fields and no others. For an unknown key the message is the list of known ones, parted by blanks, which
 * `complaints.ts` reads.
 */
export const fields = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? Object.keys(shape).join(' ')
        : `Write a mapping with fields such as ${Object.keys(shape).slice(0, 3).join(', ')}.`,
  })

/** The same as an optional field of a larger mapping. */
export const fieldsField = <Shape extends z.ZodRawShape>(shape: Shape, description: string, help?: Help) =>
  described(fields(shape), description, help)

/** Either of two forms. */
export const eitherField = <A extends z.ZodType, B extends z.ZodType>(
  forms: readonly [A, B],
  sentence: string,
  description: string,
  help?: Help,
) => described(z.union(forms, { error: sentence }), description, help)
