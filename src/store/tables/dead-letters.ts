import type { DeadLetter } from '../../reading.ts'
import { bytes, integer, type Table, text, time } from '../table.ts'

export const deadLetters: Table<DeadLetter> = {
  name: 'dead_letters',
  columns: [
    text('id', (letter) => letter.id),
    text('topic', (letter) => letter.topic),
    integer('log_partition', (letter) => letter.partition),
    integer('log_offset', (letter) => letter.offset),
    time('append_time', (letter) => letter.appendTimeMs),
    text('code', (letter) => letter.code),
    text('detail', (letter) => letter.detail),
    text('detected_by', (letter) => letter.detectedBy),
    bytes('key', (letter) => letter.key),
    bytes('value', (letter) => letter.value),
  ],
}
