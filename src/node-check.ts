import { type Check, broken, ok } from './check.ts'

/** The oldest Node that package.json takes: onnxruntime-node, lmdb and fastify need it. */
const LEAST = { major: 20, minor: 19 }

/** The Node that runs us. */
export function nodeCheck(version = process.versions.node): Check {
  return {
    about: 'node',
    look: async () => {
      const [major = 0, minor = 0] = version.split('.').map(Number)
      const isOld = major < LEAST.major || (major === LEAST.major && minor < LEAST.minor)
      if (!isOld) return [ok('node', `version ${version}`)]
      const todo = `install Node ${LEAST.major}.${LEAST.minor} or newer, then npm install again`
      return [broken('node', `version ${version} is too old`, todo)]
    },
  }
}
