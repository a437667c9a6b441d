export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** Waits for something that another process brings about; a test that waits in vain fails. */
export async function until(condition: () => boolean | Promise<boolean>, forMs = 20_000): Promise<void> {
  for (const startedMs = performance.now(); !(await condition());) {
    if (performance.now() - startedMs > forMs) throw new Error('waited in vain')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
