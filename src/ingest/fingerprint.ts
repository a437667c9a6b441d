const EMPTY = 0xc15d213aa4d7a795n

const TABLE = Array.from({ length: 256 }, (_, index) => {
  let value = BigInt(index)
  for (let bit = 0; bit < 8; bit++) value = (value >> 1n) ^ (EMPTY & -(value & 1n))
  return value
})

/** CRC-64-AVRO (Rabin) of a schema's parsing canonical form, little-endian, as single-object encoding has it (Avro 1.11, "Schema Fingerprints"). */
export function fingerprint(canonicalForm: string): Buffer {
  let value = EMPTY
  for (const byte of Buffer.from(canonicalForm, 'utf8')) {
    value = (value >> 8n) ^ (TABLE[Number((value ^ BigInt(byte)) & 0xffn)] ?? 0n)
  }
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt.asUintN(64, value))
  return bytes
}
