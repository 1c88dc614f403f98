import { crc32 } from 'node:zlib'
import { type Random, wholeBetween } from '../core/random.ts'

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
/** Length, type and checksum around the data of a chunk. */
const CHUNK = 12
/** Keyword and its end in a text chunk. */
const COMMENT = Buffer.from('Comment\0')
/** Longest block that deflate stores as it is, and what is written before it. */
const BLOCK = 65_535
const BLOCK_HEAD = 5

/** A PNG picture (W3C PNG, second edition) of exactly `size` bytes: grey noise, stored without compression, so that its bytes are pixels. */
export function generatePng(size: number, random: Random): Buffer {
  const fixed = SIGNATURE.length + (CHUNK + 13) + CHUNK + CHUNK + (CHUNK + COMMENT.length)
  const [width, height] = largestPicture(size - fixed)
  const pixels = Buffer.alloc(height * (width + 1))
  for (let at = 0; at < pixels.length; at++) pixels[at] = at % (width + 1) === 0 ? 0 : wholeBetween(random, 0, 255)
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  // Eight bits of grey; deflate, no filter, not interlaced.
  header.set([8, 0, 0, 0, 0], 8)
  const data = stored(pixels)
  const comment = Buffer.concat([COMMENT, Buffer.alloc(size - fixed - data.length, 'x')])
  return Buffer.concat([SIGNATURE, chunk('IHDR', header), chunk('tEXt', comment), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))])
}

/** The smallest picture has one pixel. */
export const LEAST_PNG = SIGNATURE.length + (CHUNK + 13) + CHUNK + CHUNK + (CHUNK + COMMENT.length) + storedLength(2)

/** About square, as many rows as fit into so many bytes of stored data. */
function largestPicture(room: number): readonly [width: number, height: number] {
  const width = Math.max(1, Math.floor(Math.sqrt(room)) - 8)
  let height = Math.max(1, Math.floor(room / (width + 1)))
  while (height > 1 && storedLength(height * (width + 1)) > room) height--
  return [width, height]
}

function storedLength(length: number): number {
  return 2 + length + Math.ceil(length / BLOCK) * BLOCK_HEAD + 4
}

/** A zlib stream (RFC 1950) of stored blocks (RFC 1951, 3.2.4): its length is known beforehand. */
function stored(bytes: Buffer): Buffer {
  const parts: Buffer[] = [Buffer.from([0x78, 0x01])]
  for (let at = 0; at < bytes.length; at += BLOCK) {
    const block = bytes.subarray(at, at + BLOCK)
    const head = Buffer.alloc(BLOCK_HEAD)
    head[0] = at + BLOCK >= bytes.length ? 1 : 0
    head.writeUInt16LE(block.length, 1)
    head.writeUInt16LE(~block.length & 0xffff, 3)
    parts.push(head, block)
  }
  return Buffer.concat([...parts, adler32(bytes)])
}

function adler32(bytes: Buffer): Buffer {
  let [a, b] = [1, 0]
  for (const byte of bytes) {
    a = (a + byte) % 65_521
    b = (b + a) % 65_521
  }
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(((b << 16) | a) >>> 0)
  return sum
}

function chunk(type: string, data: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type), data])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  sum.writeUInt32BE(crc32(typed))
  return Buffer.concat([length, typed, sum])
}
