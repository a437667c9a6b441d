import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** Chromium brings Vulkan on the CPU (SwiftShader) and the loader that finds it. */
const FOLDERS = ['/usr/lib/chromium', '/opt/google/chrome', '/usr/lib/chromium-browser']
const DRIVER = 'vk_swiftshader_icd.json'

/** The environment in which a process finds a graphics card that is a program; null: there is none. */
export function softwareGpu(): Readonly<Record<string, string>> | null {
  const folder = FOLDERS.find((each) => existsSync(join(each, DRIVER)) && existsSync(join(each, 'libvulkan.so.1')))
  return folder === undefined ? null : { LD_LIBRARY_PATH: folder, ...driverOnly(join(folder, DRIVER)) }
}

/** Whatever cards there are, none is found. */
export const NO_GPU = driverOnly('/nowhere.json')

/** The first name is for loaders of before 1.3.207. */
function driverOnly(file: string): Readonly<Record<string, string>> {
  return { VK_ICD_FILENAMES: file, VK_DRIVER_FILES: file }
}

/** Runs with these variables for whatever it starts, and puts back what was. */
export async function withEnvironment<T>(
  variables: Readonly<Record<string, string>>,
  run: () => Promise<T>,
): Promise<T> {
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const)
  Object.assign(process.env, variables)
  try {
    return await run()
  } finally {
    for (const [name, value] of before)
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
  }
}
