import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import packaged from '@ffmpeg-installer/ffmpeg'
import { ffmpegPath } from '../../src/acquire/ffmpeg.ts'
import { ManualClock, SystemClock } from '../../src/clock.ts'
import { opened, temporaryFolder, wavFile } from './recordings.ts'

test('an ffmpeg that hangs while decoding is killed after its deadline, and what is missing is said', async () => {
  const folder = temporaryFolder()
  const hanging = join(folder, 'ffmpeg')
  // Answers as the real one does, but decodes nothing and never ends.
  const script = `#!/bin/sh\ncase "$*" in *pcm_s16le*) exec sleep 600;; *) exec '${packaged.path}' "$@";; esac\n`
  writeFileSync(hanging, script)
  chmodSync(hanging, 0o755)
  process.env['FFMPEG_PATH'] = hanging
  assert.equal(await ffmpegPath(), hanging)

  const wav = join(folder, 'a.wav')
  writeFileSync(
    wav,
    wavFile(
      Array.from({ length: 3000 }, (_, index) => index),
      1000,
    ),
  )
  const clock = new ManualClock()
  const recording = await opened(wav, { clock })
  const reading = (async () => {
    let count = 0
    for await (const { modality } of recording.read()) if (modality === 'pcg') count++
    return count
  })()
  const sleeping = (): string =>
    execFileSync('ps', ['--ppid', String(process.pid), '-o', 'args='], { encoding: 'utf8' })
  const real = new SystemClock()
  for (let tries = 0; tries < 200 && !sleeping().includes('sleep 600'); tries++) await real.sleep(20)
  assert.ok(sleeping().includes('sleep 600'))
  clock.advance(61_000)
  assert.equal(await reading, 0)
  assert.deepEqual(recording.fault(), { code: 'FILE_UNREADABLE', detail: 'ffmpeg killed with signal SIGKILL' })
  assert.ok(!sleeping().includes('sleep 600'))
})
