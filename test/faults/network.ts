import { spawnSync } from 'node:child_process'

/** Networks of one process do not meet those of another: the second byte of the address is its process id. */
const SECOND_BYTE = 20 + (process.pid % 200)

/** Why no network of our own can be made here, or null. */
export function withoutNamespaces(): string | null {
  if (process.getuid?.() !== 0) return 'network namespaces are made by root'
  const probe = `vfp${process.pid}`
  const made = ip('netns', 'add', probe)
  if (made) ip('netns', 'del', probe)
  return made ? null : 'network namespaces cannot be made here'
}

/** A bridge at which a broker listens, and network namespaces whose processes reach nothing but that bridge. */
export class Network {
  readonly hostAddress: string
  readonly #bridge: string
  readonly #third: number
  readonly #namespaces = new Set<string>()
  #made = 0

  readonly #removeAtExit = (): void => this.remove()

  constructor(number: number) {
    this.#third = number
    this.#bridge = `vfb${process.pid}x${number}`
    this.hostAddress = `10.${SECOND_BYTE}.${number}.1`
    must('link', 'add', this.#bridge, 'type', 'bridge')
    process.on('exit', this.#removeAtExit)
    must('addr', 'add', `${this.hostAddress}/24`, 'dev', this.#bridge)
    must('link', 'set', this.#bridge, 'up')
  }

  /** A namespace with a cable to the bridge. */
  namespace(): string {
    const name = `vf${process.pid}x${this.#third}n${this.#made}`
    const [outer, inner] = cableOf(name)
    const address = `10.${SECOND_BYTE}.${this.#third}.${(this.#made % 250) + 2}`
    this.#made++
    this.#namespaces.add(name)
    must('netns', 'add', name)
    must('link', 'add', outer, 'type', 'veth', 'peer', 'name', inner, 'netns', name)
    must('link', 'set', outer, 'master', this.#bridge, 'up')
    must('-n', name, 'addr', 'add', `${address}/24`, 'dev', inner)
    must('-n', name, 'link', 'set', inner, 'up')
    must('-n', name, 'link', 'set', 'lo', 'up')
    return name
  }

  /** Pulls the cable: nothing passes, and nobody is told. */
  cut(namespace: string): void {
    must('link', 'set', cableOf(namespace)[0], 'down')
  }

  mend(namespace: string): void {
    must('link', 'set', cableOf(namespace)[0], 'up')
  }

  removeNamespace(name: string): void {
    if (this.#namespaces.delete(name)) ip('netns', 'del', name)
  }

  remove(): void {
    process.off('exit', this.#removeAtExit)
    for (const name of [...this.#namespaces]) this.removeNamespace(name)
    ip('link', 'del', this.#bridge)
  }
}

function cableOf(namespace: string): [outer: string, inner: string] {
  return [`${namespace}o`, `${namespace}i`]
}

function must(...args: string[]): void {
  if (!ip(...args)) throw new Error(`ip ${args.join(' ')} failed`)
}

function ip(...args: string[]): boolean {
  return spawnSync('ip', args, { stdio: 'ignore' }).status === 0
}
