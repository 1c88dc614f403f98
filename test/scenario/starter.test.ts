import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { VARIABLE_KINDS, type Variable } from '../../src/core/app.ts'
import { createDraw } from '../../src/scenario/draw.ts'
import { cannotWrite, type StarterOptions, starterScenario } from '../../src/scenario/starter.ts'
import { load } from './folder.ts'

const variable = (name: string, kind: Variable['kind'], more: Partial<Variable> = {}): Variable => ({
  variable: name,
  label: name,
  kind,
  required: true,
  options: [],
  ...more,
})
const starter = (variables: readonly Variable[], more: Partial<StarterOptions> = {}) =>
  starterScenario({ url: 'http://127.0.0.1:5001/v1', app: { name: 'echo' }, variables, file: 'scenario.yaml', ...more })
const planOf = (text: string) => load(text, { env: { DIFY_API_KEY: 'app-of-a-test' } }).plan
/** Its variables with a file, which runs get beside their values. */
const filesIn = (text: string) => planOf(text).inputs[0]!.files ?? {}
const inputsOf = (text: string) => createDraw(planOf(text), { run: 'r' })('p', 0, {})?.inputs

describe('the scenario that init writes', () => {
  it('has a value of the right kind for each variable', () => {
    const variables = [
      variable('text', 'paragraph'),
      variable('tight', 'text-input', { maxLength: 16 }),
      variable('tiny', 'text-input', { maxLength: 3 }),
      variable('n', 'number', { required: false }),
      variable('choice', 'select', { options: ['a', 'b'] }),
      variable('flag', 'checkbox'),
    ]
    expect(inputsOf(starter(variables))).toEqual({
      text: expect.stringMatching(/^Hello, [0-9a-f]{16}$/),
      tight: expect.stringMatching(/^[0-9a-f]{16}$/),
      tiny: 'Hel',
      n: 1,
      choice: 'a',
      flag: true,
    })
    expect(cannotWrite(variables)).toEqual([])
  })

  it('says of each what it takes, with its label', () => {
    const text = starter([
      variable('q', 'text-input', { label: 'Your question', maxLength: 48 }),
      variable('lang', 'select', { options: ['de'] }),
    ])
    expect(text).toContain('      # Your question: a text of at most 48 characters, required\n      q: "Hello, {{nonce}}"\n')
    expect(text).toContain('      # one of "de", required\n      lang: "de"\n')
  })

  it('loads an app without inputs', () => {
    expect(inputsOf(starter([]))).toEqual({})
  })

  it('makes up a file of a kind that the app takes, in a list where it wants one', () => {
    const rules = (...kinds: NonNullable<Variable['files']>['kinds']) => ({
      files: { kinds, extensions: ['xyz', 'json'], methods: ['local_file'] },
    })
    const variables = [
      variable('q', 'paragraph'),
      variable('doc', 'file', { ...rules('image', 'document'), label: 'Your document' }),
      variable('pictures', 'file-list', { ...rules('image'), maxLength: 3 }),
      variable('voice', 'file', rules('audio', 'video')),
      variable('data', 'file', rules('custom')),
      variable('any', 'file'),
    ]
    const text = starter(variables)
    const formats = Object.entries(filesIn(text)).map(([name, file]) => [
      name,
      Array.isArray(file) ? file.map(({ format }) => format) : (file as { format: string }).format,
    ])
    expect(Object.fromEntries(formats)).toEqual({ doc: 'pdf', pictures: ['png'], voice: 'wav', data: 'json', any: 'pdf' })
    expect(text).toContain('      # Your document: a file (image, document), required\n      doc: { generate: pdf, size: 20kB }\n')
    expect(text).toContain('      # a list of at most 3 files (image), required\n')
    expect(text).toContain('such as inputs/a.pdf')
    expect(cannotWrite(variables)).toEqual([])
  })

  it('shows how to name what it cannot make up, and says which of it the app requires', () => {
    const film = { kinds: ['video' as const], extensions: [], methods: [] }
    const variables = [
      variable('film', 'file', { files: film }),
      variable('films', 'file-list', { files: { ...film, methods: ['remote_url'] }, required: false }),
      variable('data', 'other'),
    ]
    const text = starter(variables)
    expect([inputsOf(text), filesIn(text)]).toEqual([{}, {}])
    expect(text).toContain('      # film: inputs/…\n')
    expect(text).toContain('      # films: [{ url: "https://…", type: video }]\n')
    expect(cannotWrite(variables).map((one) => one.variable)).toEqual(['film', 'data'])
    const filledIn = text
      .replace('files: {} #', 'files: #')
      .replace('      # films: [{ url: "https://…"', '      films: [{ url: "https://h/x"')
    expect(filesIn(filledIn)).toEqual({ films: [{ source: 'url', url: 'https://h/x', type: 'video' }] })
  })

  it('takes an option that means itself in a scenario', () => {
    expect(inputsOf(starter([variable('x', 'select', { options: ['{{n}}', `\${HOME}`, 'plain'] })]))).toEqual({ x: 'plain' })
    const none = [variable('x', 'select', { options: ['{{n}}'] })]
    expect(inputsOf(starter(none))).toEqual({})
    expect(cannotWrite(none)).toHaveLength(1)
  })

  it('is gentle: two slots, both modes, and an end', () => {
    const { phases, limits } = planOf(starter([]))
    expect(phases.map(({ name, mode, measured }) => [name, mode, measured])).toEqual([
      ['warm-up', 'streaming', false],
      ['streaming', 'streaming', true],
      ['blocking', 'blocking', true],
    ])
    expect(Math.max(...phases.map(({ to }) => to))).toBe(2)
    expect(limits.runs).toBe(500)
  })

  it('names a host that is not this machine, for consent where nobody can be asked', () => {
    const text = starter([], { host: 'dify.internal' })
    expect(planOf(text.replace('# allow:', 'allow:')).target.allow).toEqual(['dify.internal'])
    expect(starter([])).not.toContain('allow:')
  })

  it('loads whatever a server says of its app', () => {
    const line = fc.string({ unit: 'binary', minLength: 1, maxLength: 30 })
    const anything = fc.record({
      variable: line,
      label: line,
      kind: fc.constantFrom(...VARIABLE_KINDS),
      required: fc.boolean(),
      options: fc.array(line, { maxLength: 3 }),
      maxLength: fc.integer({ min: 1, max: 30 }),
    })
    const tricky = fc.constantFrom('true', 'null', '- a', '# b', '"', "'", `\${X}`, '{{', 'a: b', '\n', '\u0085x: y', '\u2028')
    fc.assert(
      fc.property(
        fc.uniqueArray(anything, { selector: (one) => one.variable, maxLength: 5 }),
        fc.oneof(line, tricky),
        (variables, name) => {
          fc.pre(name.trim() !== '')
          const text = starter(variables, { app: { name, description: name }, version: name })
          const written = variables.filter((one) => cannotWrite([{ ...one, required: true }]).length === 0)
          expect([...Object.keys(inputsOf(text) ?? {}), ...Object.keys(filesIn(text))].toSorted()).toEqual(
            written.map((one) => one.variable).toSorted(),
          )
        },
      ),
    )
  })
})
