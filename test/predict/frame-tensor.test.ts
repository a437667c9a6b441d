import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import sharp from 'sharp'
import { areaAveraged, decodedFrame, frameTensor, type Pixels } from '../../src/predict/frame-tensor.ts'
import { cases } from '../support/cases.ts'

/** Made by Pillow 13.0.0 at quality 90 of the pattern below. */
const JPEG = Buffer.from(
  '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoMDAsKCwsNDhIQDQ4RDgsLEBYQERMUFRUVDA8XGB' +
    'YUGBIUFRT/2wBDAQMEBAUEBQkFBQkUDQsNFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBT/wAARCAAR' +
    'ABcDASIAAhEBAxEB/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhBy' +
    'JxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKT' +
    'lJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/8QAHwEAAwEBAQEBAQEBAQAAAA' +
    'AAAAECAwQFBgcICQoL/8QAtREAAgECBAQDBAcFBAQAAQJ3AAECAxEEBSExBhJBUQdhcRMiMoEIFEKRobHBCSMzUvAVYnLRChYkNOEl8RcYGRom' +
    'JygpKjU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6goOEhYaHiImKkpOUlZaXmJmaoqOkpaanqKmqsrO0tba3uLm6wsPExc' +
    'bHyMnK0tPU1dbX2Nna4uPk5ebn6Onq8vP09fb3+Pn6/9oADAMBAAIRAxEAPwDxPwv8O/ufuv0r13wv8O/ufuv0r0Pwv8O/ufuv0rpPEvibwf8A' +
    'CSzWXxFqUUF20fmQ6dAPMu5xhtu2McgMUZQ7bUzwWFfZcXZzWxVR0qCcpPZLVn4vkmZ18bVjQw0XOb2STb+5FPw18O/kH7rt6UV5j4g/au8Uax' +
    'Jc23hDSbbw/YEbYry6jFxecOTvwf3a7l2goVfGWwx4IK/nXF8P5xXrSnOUIPtKTv8A+SqS/E/pnL+Cc/xGHjUnKnTb6Sk7/wDksZL8T6P8MfwV' +
    '+Zfhf+D8KKK/qDJ/+Y7/ALc/9vPyPwM/5jv+4X/uQ9b8NfcH0ooor8jzP/epH9o0fgR//9k=',
  'base64',
)
/** The same of its red alone, without colour. */
const GREY_JPEG = Buffer.from(
  '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoMDAsKCwsNDhIQDQ4RDgsLEBYQERMUFRUVDA8XGB' +
    'YUGBIUFRT/wAALCAARABcBAREA/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIh' +
    'MUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhI' +
    'WGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/9oACAEBAAA/APgf' +
    '4f6J/q/l9K+lfh/on+r+X0r6T8CaJ+6X5e1fC/w/0T/V/L6V9K/D/RP9X8vpX0n4E0T90vy9q/Pv4f8A/LP8K+lfh/8A8s/wr6T8Cf6pfpX/2Q' +
    '==',
  'base64',
)

/** From models/training/procedure_view/frames.py: `area_averaged` of what Pillow decodes, rows and columns 0, 2, 4 of 5, red, green, blue. */
const DECODED_TO_5 = [
  16.716100692749023, 77.09970092773438, 142.0511932373047, 38.43479919433594, 101.47830200195312, 173.9207000732422,
  58.46799850463867, 121.65470123291016, 188.3887939453125, 62.869598388671875, 110.9719009399414, 155.91299438476562,
  136.35040283203125, 182.45010375976562, 219.84910583496094, 210.9232940673828, 123.35040283203125, 46.194400787353516,
  188.32989501953125, 132.5753936767578, 80.79029846191406, 197.04859924316406, 144.414306640625, 97.94120025634766,
  204.68539428710938, 147.2147979736328, 94.59339904785156,
]
/** The same of the pattern itself. */
const PATTERN_TO_5 = [
  16.488500595092773, 80.70590209960938, 144.9232940673828, 36.78260040283203, 101.0, 165.2174072265625,
  57.076698303222656, 121.29409790039062, 185.51150512695312, 62.71870040893555, 108.58820343017578, 154.45779418945312,
  137.13040161132812, 183.0, 225.5959014892578, 211.54220581054688, 123.19180297851562, 47.28129959106445,
  190.27879333496094, 135.2353057861328, 80.19180297851562, 197.0435028076172, 142.0, 86.95649719238281,
  203.80819702148438, 148.7646942138672, 93.72119903564453,
]
/** Enlarged: rows and columns 0, 13, 31 of 32. */
const PATTERN_TO_32 = [
  0.0, 63.608699798583984, 154.0, 20.470600128173828, 84.07929992675781, 174.47059631347656, 48.0, 111.60870361328125,
  202.0, 40.0, 85.43479919433594, 150.0, 115.05879974365234, 160.4936065673828, 225.05880737304688, 216.0,
  5.434800148010254, 70.0, 200.0, 145.4781951904297, 68.0, 206.82350158691406, 152.3018035888672, 74.82350158691406,
  216.0, 161.4781951904297, 84.0,
]
const GREY_TO_2 = [
  48.05120086669922, 128.37339782714844, 73.43219757080078, 153.74420166015625, 48.05120086669922, 128.37339782714844,
  73.43219757080078, 153.74420166015625, 48.05120086669922, 128.37339782714844, 73.43219757080078, 153.74420166015625,
]

const WIDTH = 23
const HEIGHT = 17

function pattern(): Pixels {
  const data = new Uint8Array(WIDTH * HEIGHT * 3)
  for (let y = 0; y < HEIGHT; y++)
    for (let x = 0; x < WIDTH; x++)
      data.set([(7 * x + 3 * y) % 256, (11 * y + 40 + 5 * x) % 256, (200 - 6 * x + y) % 256], (y * WIDTH + x) * 3)
  return { width: WIDTH, height: HEIGHT, channels: 3, data }
}

/** Of all three planes, the named rows and columns. */
function picked(values: Float32Array, size: number, at: readonly number[]): number[] {
  return [0, 1, 2].flatMap((plane) => at.flatMap((y) => at.map((x) => values[(plane * size + y) * size + x] ?? NaN)))
}

function assertClose(actual: readonly number[], expected: readonly number[]): void {
  assert.equal(actual.length, expected.length)
  for (const [index, value] of expected.entries())
    assert.ok(Math.abs((actual[index] ?? NaN) - value) < 1e-4, `${index}: ${actual[index]}, not ${value}`)
}

async function read(jpeg: Uint8Array, size?: number): Promise<Float32Array> {
  const result = await frameTensor(jpeg, size)
  assert.ok(result.ok)
  return result.values
}

test('a JPEG becomes what the training data was made with', async () => {
  assertClose(picked(await read(JPEG, 5), 5, [0, 2, 4]), DECODED_TO_5)
})

test('pixels are averaged by area as in training, smaller and larger', () => {
  assertClose(picked(areaAveraged(pattern(), 5), 5, [0, 2, 4]), PATTERN_TO_5)
  assertClose(picked(areaAveraged(pattern(), 32), 32, [0, 13, 31]), PATTERN_TO_32)
})

test('a frame without colour gives three equal planes', async () => {
  assertClose([...(await read(GREY_JPEG, 2))], GREY_TO_2)
})

test('an even picture stays even at any size, and the mean of a picture stays what it was', () => {
  const side = fc.integer({ min: 1, max: 60 })
  fc.assert(
    fc.property(side, side, side, fc.nat(255), fc.infiniteStream(fc.nat(255)), (width, height, size, level, stream) => {
      const even = areaAveraged({ width, height, channels: 1, data: new Uint8Array(width * height).fill(level) }, size)
      assert.ok(even.every((value) => Math.abs(value - level) < 1e-3))
      const data = Uint8Array.from([...stream.take(width * height * 3)])
      const values = areaAveraged({ width, height, channels: 3, data }, size)
      const mean = (all: ArrayLike<number>): number =>
        Array.from(all).reduce((sum, value) => sum + value, 0) / all.length
      assert.ok(Math.abs(mean(values) - mean(data)) < 1e-2)
    }),
    cases(100),
  )
})

test('an orientation that the file names is not applied, as it was not in training', async () => {
  const turned = await sharp(JPEG).withMetadata({ orientation: 6 }).jpeg({ quality: 90 }).toBuffer()
  const { width, height, channels } = await decodedFrame(turned)
  assert.deepEqual([width, height, channels], [WIDTH, HEIGHT, 3])
})

test('what is cut off, no JPEG or nothing at all is refused and does not throw', async () => {
  const png = await sharp(JPEG).png().toBuffer()
  for (const bytes of [JPEG.subarray(0, JPEG.length - 40), png, Buffer.from('<svg/>'), Buffer.alloc(0)])
    assert.equal((await frameTensor(bytes)).ok, false)
})
