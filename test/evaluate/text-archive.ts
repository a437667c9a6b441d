import { createReadStream } from 'node:fs'
import { basename } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { extract } from 'tar-stream'
// CommonJS in a bundle, of which Node finds no named exports.
import xz from 'xz-decompress'

/** Reads every text file of a .tar.xz, one after the other, by its name without folder. */
export async function readArchive(path: string, take: (name: string, text: string) => void): Promise<void> {
  const tar = extract()
  const reading = (async () => {
    for await (const entry of tar) {
      const parts: Buffer[] = []
      for await (const part of entry) parts.push(part as Buffer)
      if (entry.header.type === 'file') take(basename(entry.header.name), Buffer.concat(parts).toString('utf8'))
    }
  })()
  const plain = new xz.XzReadableStream(Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>)
  await pipeline(Readable.fromWeb(plain as Parameters<typeof Readable.fromWeb>[0]), tar)
  await reading
}

/** All bytes of an .xz file. */
export async function readXz(path: string): Promise<Buffer> {
  const plain = new xz.XzReadableStream(Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>)
  const parts: Buffer[] = []
  for await (const part of Readable.fromWeb(plain as Parameters<typeof Readable.fromWeb>[0])) parts.push(part as Buffer)
  return Buffer.concat(parts)
}
