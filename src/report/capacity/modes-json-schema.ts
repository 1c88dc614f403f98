import { concluded, described, list, mapping, number, orNull, type Schema, text, whole } from '../schema-parts.ts'
import { search } from './json-schema.ts'

const mode = { enum: ['blocking', 'streaming'] } as const

/** The JSON Schema (2020-12) of `capacity-modes.json`. */
export const capacityModesJsonSchema = (): Schema => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'flowbench capacity in several modes',
  description: 'What was concluded of a search in each mode, side by side. Loads are in `unit`.',
  ...mapping(
    {
      schema: { const: 1 },
      ...concluded,
      exitCode: described(whole, 'The gravest of those of the modes.'),
      axis: { enum: ['rate', 'concurrency'] },
      unit: { enum: ['runs per second', 'slots'] },
      modes: described(list(mode), 'In the order in which they are searched.'),
      serves: described(
        orNull(mode),
        'The mode whose bracket lies wholly above the other’s; null where they overlap, or an end is not known.',
      ),
      proven: described({ type: 'boolean' }, 'Long trials agreed with both ends that part the brackets.'),
      least: described(orNull(number), 'How much more it serves, at least, as a share of the other’s load: 0.2 is 20 % more.'),
      most: described(orNull(number), 'The same at most; null where an end is not known.'),
      sentences: list(text),
      trials: whole,
      tokens: number,
      seconds: number,
      answers: described(mapping({}, { blocking: search, streaming: search }), 'What `capacity.json` of each mode holds.'),
    },
    { description: text },
  ),
})
