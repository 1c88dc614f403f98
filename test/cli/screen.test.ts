import { describe, expect, test } from 'vitest'
import { createScreen } from '../../src/cli/screen.ts'
import { createTerminal } from '../helpers/terminal.ts'

const drawn = (columns = 20, rows = 10) => {
  const terminal = createTerminal(columns, rows)
  terminal.write('before\n')
  return { terminal, screen: createScreen(terminal as never) }
}

describe('the last lines of a terminal', () => {
  test('are redrawn in place, higher or lower than before', () => {
    const { terminal, screen } = drawn()
    screen.show(['one', 'two'])
    screen.show(['1', 'zwei', 'drei'])
    expect(terminal.text()).toBe('before\n1\nzwei\ndrei')
    screen.show(['end'])
    expect(terminal.text()).toBe('before\nend')
  })

  test('leave nothing behind', () => {
    const { terminal, screen } = drawn()
    screen.show(['one', 'two'])
    screen.clear()
    screen.clear()
    terminal.write('after')
    expect(terminal.text()).toBe('before\nafter')
  })

  test('stay below what is printed meanwhile, also where that is longer than a line', () => {
    const { terminal, screen } = drawn()
    screen.print('told at once')
    screen.show(['one', 'two'])
    screen.print('a sentence that takes two lines')
    expect(terminal.text()).toBe('before\ntold at once\na sentence that take\ns two lines\none\ntwo')
    screen.show(['ONE', 'two'])
    screen.clear()
    expect(terminal.text()).toBe('before\ntold at once\na sentence that take\ns two lines\n')
  })

  test('scroll with the terminal, and are still found where they are', () => {
    const { terminal, screen } = drawn(20, 5)
    screen.show(['one', 'two', 'three'])
    for (const word of ['a', 'b', 'c', 'd', 'e']) screen.print(word)
    screen.show(['1', '2', '3'])
    expect(terminal.text()).toBe('before\na\nb\nc\nd\ne\n1\n2\n3')
  })

  test('what a terminal echoes of a Ctrl-C is overwritten', () => {
    const { terminal, screen } = drawn()
    screen.show(['one', 'two'])
    terminal.write('^C')
    screen.print('Stopping.')
    screen.clear()
    expect(terminal.text()).toBe('before\nStopping.\n')
  })

  test('a narrowing, which wraps what is there, leaves no piece of it', () => {
    const { terminal, screen } = drawn(20)
    screen.show(['123456789012345', '\u001b[32mabcdefghijklmnop\u001b[39m', 'short'])
    terminal.narrow(8)
    screen.show(['12345', 'abc'])
    expect(terminal.text()).toBe('before\n12345\nabc')
  })

  test('nothing is written where nothing has changed, and one write each where something has', () => {
    const { terminal, screen } = drawn()
    screen.show(['one', 'two'])
    const before = terminal.writes.length
    screen.show(['one', 'two'])
    expect(terminal.writes.length).toBe(before)
    screen.show(['one', 'three'])
    screen.print('told')
    expect(terminal.writes.length).toBe(before + 2)
  })

  test('nothing is erased before it is written anew: no flicker', () => {
    const { terminal, screen } = drawn()
    screen.show(['one', 'two'])
    screen.show(['one!', 'two!'])
    expect(terminal.writes.at(-1)).toBe('\r\u001b[1Aone!\u001b[K\ntwo!\u001b[J')
  })

  test('of more lines than the terminal has, the last are shown', () => {
    const { terminal, screen } = drawn(20, 4)
    screen.show(['1', '2', '3', '4', '5'])
    screen.show(['a', 'b', 'c', 'd', 'e'])
    expect(terminal.text()).toBe('before\nc\nd\ne')
  })
})
