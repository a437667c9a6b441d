/** A dense array as models take and give it, row-major. One kind of number today; the field is there for those to come. */
export interface Tensor {
  dtype: 'float32'
  shape: readonly number[]
  data: Float32Array
}

/** By input or output name. */
export type Tensors = Readonly<Record<string, Tensor>>

export function tensor(shape: readonly number[], data: Float32Array): Tensor {
  if (data.length !== sizeOf(shape)) throw new RangeError(`${data.length} values are no [${shape.join(', ')}]`)
  return { dtype: 'float32', shape, data }
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1)
}

/** Rows of equal names and shapes become one batch: the first dimension counts them. */
export function stack(rows: readonly Tensors[]): Tensors {
  const [first] = rows
  if (first === undefined) throw new RangeError('a batch has at least one row')
  const batch: Record<string, Tensor> = {}
  for (const [name, { shape }] of Object.entries(first)) {
    const size = sizeOf(shape)
    const data = new Float32Array(rows.length * size)
    rows.forEach((row, index) => {
      const part = row[name]
      if (part?.data.length !== size) throw new RangeError(`rows differ in ${name}`)
      data.set(part.data, index * size)
    })
    batch[name] = tensor([rows.length, ...shape], data)
  }
  return batch
}

/** One row of a batch, without the batch dimension. */
export function rowOf(batch: Tensors, index: number): Tensors {
  const row: Record<string, Tensor> = {}
  for (const [name, { shape, data }] of Object.entries(batch)) {
    const inner = shape.slice(1)
    const size = sizeOf(inner)
    row[name] = tensor(inner, data.slice(index * size, (index + 1) * size))
  }
  return row
}

/** Whether every tensor of a batch has so many rows. */
export function hasRows(batch: Tensors, count: number): boolean {
  return Object.values(batch).every(({ shape }) => shape[0] === count)
}

/** How many rows a batch has. */
export function batchSize(batch: Tensors): number {
  return Object.values(batch)[0]?.shape[0] ?? 0
}
