import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { withinOne } from './frame-figures.ts'
import { foldOf } from './fold.ts'
import { strangeFrames } from './strange-frames.ts'
import { readProcedureVideo } from './video-frames.ts'

const MANIFEST = `file,label,source_set,source_repo,subject_or_video,split,kind,task,licence,label_source,extra
a.jpg,abnormal_lung,POCOVID,here,pat7/clip_2,dev,frame,lung_abnormal,CC-BY 4.0,by hand,probe=convex;origin=https://x.org/?q=1
b.jpg,instrument,vocalfolds,here,patient1/seq4,dev,frame,instrument_present,CC-BY-4.0,by mask,tool_frac=0.2
c.avi,surgical_smoke,DeSmoke-LAP,here,clip_1,dev,clip,smoke,BSD-2-Clause,authors,2 fps
`

test('lung ultrasound is kept together by patient, all else as the manifest says', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'vigil-video-'))
  t.after(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, 'manifest.csv'), MANIFEST)
  for (const name of ['a.jpg', 'b.jpg']) await writeFile(join(folder, name), name)
  const video = await readProcedureVideo(folder)
  assert.deepEqual(
    video?.frames.map(({ subject }) => subject),
    ['pat7', 'patient1/seq4'],
  )
  assert.deepEqual(video.frames[0]?.extra, { probe: 'convex', origin: 'https://x.org/?q=1' })
  assert.deepEqual(video.clips, [
    { file: 'c.avi', path: join(folder, 'c.avi'), sourceSet: 'DeSmoke-LAP', subject: 'clip_1' },
  ])
})

test('a folder without procedure video has none', async () => {
  assert.equal(await readProcedureVideo(join(tmpdir(), 'vigil-there-is-no-such-folder')), null)
})

test('the first laryngoscopy patient is in the fold whose file gives the figure for a new patient', () => {
  // Every sequence that the dev data have of him; see NEW_PATIENT in procedure-frames.ts.
  assert.equal(foldOf('patient1/seq4'), 2)
})

test('pictures of nothing are the same every time and within 0 to 255', () => {
  const [first, again] = [strangeFrames(), strangeFrames()]
  assert.deepEqual(first, again)
  for (const { kind, values } of first)
    assert.ok(
      values.every((value) => value >= 0 && value <= 255),
      kind,
    )
})

test('a measure within one is the mean over those that have it', () => {
  const rows = [1, 3, 10, NaN].map((value, index) => ({ value, frame: { subject: 'aabc'[index] ?? '' } }))
  assert.equal(
    withinOne(rows, (own) => own.reduce((sum, { value }) => sum + value, 0)),
    7,
  )
})
