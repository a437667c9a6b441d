/** Murmur2 as Kafka has it (org.apache.kafka.common.utils.Utils), signed 32 bits. */
export function murmur2(data: Uint8Array): number {
  const multiplier = 0x5bd1e995
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  let hash = 0x9747b28c ^ data.length
  const tail = data.length & ~3
  for (let at = 0; at < tail; at += 4) {
    let block = Math.imul(view.getInt32(at, true), multiplier)
    block = Math.imul(block ^ (block >>> 24), multiplier)
    hash = Math.imul(hash, multiplier) ^ block
  }
  const left = data.length - tail
  if (left > 2) hash ^= view.getUint8(tail + 2) << 16
  if (left > 1) hash ^= view.getUint8(tail + 1) << 8
  if (left > 0) hash = Math.imul(hash ^ view.getUint8(tail), multiplier)
  hash = Math.imul(hash ^ (hash >>> 13), multiplier)
  return hash ^ (hash >>> 15)
}

/** The partition of a key: what Kafka's default partitioner says, so that both logs agree with every other Kafka client. */
export function partitionOf(key: string, partitions: number): number {
  return (murmur2(Buffer.from(key, 'utf8')) & 0x7fffffff) % partitions
}
