import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { PACKAGE_ROOT } from '../../src/config.ts'
import { chromiumPath } from '../support/prerequisites.ts'

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
]
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath() ?? 'chromium', args: FLAGS })
}

/** A page of a full HD screen unless said otherwise, which writes what goes wrong in it to `errors`. */
export async function openPage(
  browser: Browser,
  errors: string[],
  options: BrowserContextOptions = { viewport: { width: 1920, height: 1080 } },
): Promise<Page> {
  const page = await browser.newPage(options)
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()))
  page.on('pageerror', (error) => errors.push(error.message))
  return page
}

/** A picture for people to look at, in a folder that git ignores. */
export async function looked(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(PACKAGE_ROOT, 'test-results', `${name}.png`) })
}

/** Holds every page of the browser still, as a machine that sleeps or a browser that freezes does, until `task` is through. */
export async function heldStill<T>(browser: Browser, task: () => Promise<T>): Promise<T> {
  const protocol = await browser.newBrowserCDPSession()
  const { processInfo } = await protocol.send('SystemInfo.getProcessInfo')
  const pages = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id)
  for (const pid of pages) process.kill(pid, 'SIGSTOP')
  try {
    return await task()
  } finally {
    for (const pid of pages) process.kill(pid, 'SIGCONT')
    await protocol.detach()
  }
}

/**
 * What axe-core finds serious or critical on a page as it stands, a line each. The page must be of a context with
 * `bypassCSP`: the ward's own policy lets no foreign script in.
 */
export async function seriousViolations(page: Page): Promise<string[]> {
  await page.addScriptTag({ content: axeSource })
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; impact: string | null; nodes: { target: unknown }[] }[] }> }
    }
    const { violations } = await axe.run()
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => String(target)).join(', ')}`)
  })
}
