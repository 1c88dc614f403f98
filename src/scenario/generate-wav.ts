import { type Random, wholeBetween } from '../core/random.ts'

/** Samples a second, one byte each: telephone quality. */
const RATE = 8000
const HEAD = 44
/** The head and two samples. */
export const LEAST_WAV = HEAD + 2

/** A WAV sound (RIFF, PCM, one channel of 8 bits) of exactly `size` bytes, which is even: tones of a quarter of a second each. */
export function generateWav(size: number, random: Random): Buffer {
  const bytes = Buffer.alloc(size)
  bytes.write('RIFF', 0)
  bytes.writeUInt32LE(size - 8, 4)
  bytes.write('WAVEfmt ', 8)
  bytes.writeUInt32LE(16, 16)
  bytes.writeUInt16LE(1, 20)
  bytes.writeUInt16LE(1, 22)
  bytes.writeUInt32LE(RATE, 24)
  bytes.writeUInt32LE(RATE, 28)
  bytes.writeUInt16LE(1, 32)
  bytes.writeUInt16LE(8, 34)
  bytes.write('data', 36)
  bytes.writeUInt32LE(size - HEAD, 40)
  let hertz = 440
  for (let at = HEAD; at < size; at++) {
    const sample = at - HEAD
    if (sample % (RATE / 4) === 0) hertz = wholeBetween(random, 200, 900)
    bytes[at] = 128 + Math.round(100 * Math.sin((2 * Math.PI * hertz * sample) / RATE))
  }
  return bytes
}
