import { expect, it } from 'vitest'
import { readUploadId, uploadBody } from '../../src/dify/upload.ts'
import { bodyOf, readRecording } from '../helpers/recordings.ts'

it('an upload has the form that a real server took', () => {
  const { contentType, body } = uploadBody('lab-user', { name: 'a.txt', content: Buffer.from('abc') }, 'labboundary7f3a')
  const recorded = readRecording('upload-no-user').request
  expect(contentType).toBe(recorded.headers['Content-Type'])
  const user = '--labboundary7f3a\r\nContent-Disposition: form-data; name="user"\r\n\r\nlab-user\r\n'
  expect(Buffer.from(body).toString()).toBe(user + recorded.body)
})

it('a name with quotes or line breaks stays one name', () => {
  const body = Buffer.from(uploadBody('u', { name: 'a"\r\n.png', content: Buffer.from([0, 255]) }, 'b').body)
  expect(body.toString('latin1')).toContain('filename="a%22%0D%0A.png"\r\nContent-Type: image/png\r\n\r\n\x00\xff\r\n--b--\r\n')
})

it('its id is read from what a real server answered', () => {
  expect(readUploadId(bodyOf(readRecording('upload-ok')).toString())).toBe('3fe1d7e5-7946-47dd-be85-a006862e1826')
  for (const body of ['', '{}', '{"id":5}', '<html>']) expect(readUploadId(body)).toBeUndefined()
})
