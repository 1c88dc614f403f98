import { z } from 'zod'
import { FILE_KINDS, GENERATED_FORMATS } from '../core/file.ts'
import { fields, listField, mappingField, nameField, positiveField, sizeField, someText, textField, wordField } from './forms.ts'

const FILE_SENTENCE = 'Write a path, an address, or a mapping such as { generate: pdf, size: 200kB }.'

const fileForms = [
  someText(FILE_SENTENCE),
  fields({
    path: textField('Write the path of a file such as inputs/invoice.pdf.', 'A file of yours; it is uploaded before the load.', {
      examples: ['inputs/invoice.pdf'],
    }),
    url: textField('Write an address such as https://example.org/a.pdf.', 'A file on the web, which the server fetches itself.', {
      examples: ['https://example.org/a.pdf'],
    }),
    generate: wordField(GENERATED_FORMATS, 'A file is made up in this format, always the same for the same seed.'),
    size: sizeField('Of a file that is made up.', { default: '100kB', examples: ['200kB'] }),
    type: wordField(FILE_KINDS, "Dify's kind of the file; by default as its name says."),
  }),
] as const
export const file = z.union(fileForms, { error: FILE_SENTENCE })

/** One of the input sets: what the values of its runs are. */
export const inputSet = fields({
  name: nameField('The name that objectives and tables use.', { examples: ['short'] }),
  weight: positiveField('How often this set is drawn, against the weights of the others.', { default: 1 }),
  values: mappingField(
    z.unknown(),
    'Write a mapping from input variables to values.',
    "The workflow's inputs. Texts may hold templates such as {{nonce}} or {{row.column}}.",
    {
      examples: [{ text: 'Hello, {{nonce}}' }],
    },
  ),
  from: textField(
    'Write the path of a csv, json or jsonl file such as inputs/articles.csv.',
    'A csv, json or jsonl file with one set of inputs per row.',
    {
      examples: ['inputs/articles.csv'],
    },
  ),
  files: mappingField(
    z.union([...fileForms, z.array(file, { error: FILE_SENTENCE })], { error: FILE_SENTENCE }),
    'Write a mapping from file variables to files, such as { invoice: inputs/invoice.pdf }.',
    'File variables: a path is uploaded before the load, an address is sent as it is, generate: makes a file up; a list for several.',
    {
      examples: [{ invoice: 'inputs/invoice.pdf' }, { invoice: { generate: 'pdf', size: '200kB' } }],
    },
  ),
  requestFiles: listField(
    file,
    'Write a list of files such as [inputs/a.png].',
    "The request's own files, beside its inputs, for apps with their own file upload switched on.",
    { examples: [['https://example.org/a.png']] },
  ),
  order: wordField(['sequential', 'shuffled', 'random'], 'In which order rows are taken.', { default: 'sequential' }),
  whenExhausted: wordField(['repeat', 'stop'], 'What happens after the last row.', { default: 'repeat' }),
})
