/** A piece of text as it is streamed: what it says and which node's field it is from. */
export interface StreamedText {
  readonly text: string
  readonly selector: readonly [string, string]
}

interface Source {
  readonly selector: string
  readonly held: string[]
  done: boolean
}

/**
 * Brings text into the order of the outputs: only what feeds one is streamed, an output's text is held back until those before it are
 * complete and then comes in a burst, and a line break of the end node stands between two.
 */
export function createTextOrder(
  selectors: readonly string[],
  endNode: string,
): (selector: string, text: string, part: 'some' | 'last') => readonly StreamedText[] {
  const sources = selectors.map((selector): Source => ({ selector, held: [], done: false }))
  let current = 0

  return (selector, text, part) => {
    for (const source of sources.slice(current).filter((one) => one.selector === selector)) {
      source.held.push(text)
      source.done = part === 'last'
    }
    const released: StreamedText[] = []
    for (let source = sources[current]; source; source = sources[current]) {
      const from = source.selector.split('.') as [string, string]
      released.push(...source.held.splice(0).map((held) => ({ text: held, selector: from })))
      if (!source.done) break
      current++
      if (current < sources.length) released.push({ text: '\n', selector: [endNode, 'answer'] })
    }
    return released
  }
}
