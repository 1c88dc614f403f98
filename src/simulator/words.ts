import type { Random } from '../core/random.ts'

/** `ascii`: English words. `unicode`: words of one to four bytes a character, combining marks and surrogate pairs among them. */
export type Characters = 'ascii' | 'unicode'

const ENGLISH =
  'the of a simple answer takes its time and then some more while every piece leaves on schedule so that all can be checked'.split(' ')
const WORLD = ['Grüße', 'naïve', '你好', '世界', 'привет', 'γειά', '안녕', '🚀', '👩‍💻', 'é', 'שלום', '𝄞', 'plain', 'text']

/** One word and a space: what a model's token stream carries in one piece. */
export function word(characters: Characters, random: Random): string {
  const words = characters === 'ascii' ? ENGLISH : WORLD
  return `${words[Math.floor(random() * words.length)]} `
}

/** Words of exactly `bytes` bytes of UTF-8; the last may be cut short, never inside a character. */
export function textOfSize(bytes: number, characters: Characters, random: Random): string {
  const pieces: string[] = []
  let left = bytes
  while (left > 0) {
    const next = word(characters, random)
    const size = Buffer.byteLength(next)
    pieces.push(size <= left ? next : '.'.repeat(left))
    left -= Math.min(size, left)
  }
  return pieces.join('')
}
