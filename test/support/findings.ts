import assert from 'node:assert/strict'
import type { Finding } from '../../src/check.ts'

/** Asserts that exactly these things are wrong: what each is about, what was seen, and what is to be done. */
export function assertWrong(
  findings: readonly Finding[],
  wanted: readonly { about: string; standing: 'broken' | 'warning'; saw: RegExp; todo: RegExp }[],
): void {
  const wrong = findings.filter(({ standing }) => standing === 'broken' || standing === 'warning')
  const names = (list: readonly { about: string; standing: string }[]): string[] =>
    list.map(({ about, standing }) => `${about}: ${standing}`).sort()
  assert.deepEqual(names(wrong), names(wanted), JSON.stringify(wrong, null, 2))
  for (const { about, standing, saw, todo } of wanted) {
    const found = wrong.find((one) => one.about === about && one.standing === standing && saw.test(one.saw))
    assert.ok(found, `${about} says ${String(saw)}: ${JSON.stringify(wrong)}`)
    assert.match(found.todo ?? '', todo)
  }
  for (const { about, saw, todo = '' } of findings)
    assert.ok(saw !== '' && !`${about}${saw}${todo}`.includes('\n'), `${about} is said in one line`)
}

/** Asserts that nothing is wrong. */
export function assertHealthy(findings: readonly Finding[]): void {
  assertWrong(findings, [])
}

/** What was found about one thing. */
export function about(findings: readonly Finding[], name: string): Finding {
  const found = findings.find((finding) => finding.about === name)
  assert.ok(found, `${name} is among ${findings.map((finding) => finding.about).join(', ')}`)
  return found
}
