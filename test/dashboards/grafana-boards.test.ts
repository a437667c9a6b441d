import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { PACKAGE_ROOT } from '../../src/config.ts'
import { boardQueries, expandedPromQl, expandedSql, GRAFANA, readBoards } from '../support/grafana-boards.ts'

const SOURCES = [...readFileSync(join(GRAFANA, 'provisioning/datasources/vigil.yml'), 'utf8').matchAll(/uid: (\S+)/g)]
const BOARDS = readBoards()

describe('the Grafana boards', () => {
  it('have file names in kebab-case and a fixed uid each that follows from it', () => {
    assert.ok(BOARDS.length >= 3)
    for (const { file, uid } of BOARDS) {
      assert.match(file, /^[a-z]+(-[a-z]+)*\.json$/)
      assert.equal(uid, `vigil-${file.replace('.json', '')}`)
    }
  })

  it('cannot be changed in the browser: the files are the boards', () => {
    for (const { editable, file } of BOARDS) assert.equal(editable, false, file)
    assert.match(readFileSync(join(GRAFANA, 'provisioning/dashboards/vigil.yml'), 'utf8'), /allowUiUpdates: false/)
  })

  for (const { file, panels, templating } of BOARDS) {
    it(`${file} has panels that each ask something, of a source that is provisioned, and say their unit`, () => {
      const uids = new Set(SOURCES.map(([, uid]) => uid))
      assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length)
      for (const { title, type, targets = [], fieldConfig } of panels) {
        assert.notEqual(title, '')
        if (type === 'row') continue
        assert.ok(targets.length > 0, title)
        assert.ok(fieldConfig?.defaults.unit !== undefined, title)
        for (const { datasource, expr, rawSql } of targets) {
          assert.ok(uids.has(datasource.uid), `${title}: ${datasource.uid}`)
          assert.equal(expr === undefined, datasource.uid !== 'vigil-prometheus', title)
          assert.equal(rawSql === undefined, datasource.uid !== 'vigil-archive', title)
        }
      }
      const names = templating.list.map(({ name }) => name)
      const asksForMode = JSON.stringify(panels).includes('$mode')
      assert.deepEqual(names, asksForMode ? ['mode'] : [])
    })

    it(`${file} has panels that do not lie on each other`, () => {
      const taken = new Map<string, string>()
      for (const { title, gridPos } of panels)
        for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++)
          for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
            assert.ok(x < 24, title)
            assert.equal(taken.get(`${x}/${y}`), undefined, `${title} lies on ${taken.get(`${x}/${y}`) ?? ''}`)
            taken.set(`${x}/${y}`, title)
          }
    })
  }

  it('never mix real, test and demo data', () => {
    for (const { where, target } of boardQueries()) {
      const tables = (target.rawSql ?? '').match(/\bfrom (alerts|predictions|windows)\b/g) ?? []
      const modes = (target.rawSql ?? '').match(/generation_mode = '\$mode'/g) ?? []
      assert.equal(modes.length, tables.length, where)
    }
  })

  it('ask only what the test knows how to say in the place of Grafana', () => {
    for (const { where, target } of boardQueries()) {
      const range = { fromMs: 0, toMs: 1, intervalS: 10, mode: 'demo' }
      const asked =
        target.expr === undefined ? expandedSql(target.rawSql ?? '', range) : expandedPromQl(target.expr, 10)
      assert.ok(!asked.includes('$'), `${where}: ${asked}`)
    }
  })

  it('are in the compose file with pinned images, on this machine only', () => {
    const compose = readFileSync(join(PACKAGE_ROOT, 'docker-compose.yml'), 'utf8')
    for (const image of compose.match(/image: \S+/g) ?? []) assert.match(image, /:v?\d+\.\d+\.\d+/, image)
    for (const port of compose.match(/ports: \[.*\]/g) ?? []) assert.match(port, /'127\.0\.0\.1:/, port)
    for (const mount of ['grafana/prometheus:', 'grafana/provisioning:', 'grafana/boards:', 'read-only-role.sh:'])
      assert.ok(compose.includes(`./dashboards/${mount.startsWith('read') ? 'grafana/' : ''}${mount}`), mount)
  })
})
