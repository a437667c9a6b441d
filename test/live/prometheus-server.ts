import { type ChildProcess, spawn } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { GRAFANA } from '../support/grafana-boards.ts'
import { temporaryFolder } from './ward-process.ts'

export interface Series {
  metric: Record<string, string>
  /** Time in seconds and value; of an instant query one. */
  values: [number, string][]
}

export interface Rule {
  name: string
  query: string
  state: 'inactive' | 'pending' | 'firing'
  health: string
  lastError?: string
}

/** A Prometheus server that scrapes one ward every second, with the alert rules of the boards. */
export class PrometheusServer {
  readonly #child: ChildProcess
  readonly #address: string
  readonly #folder: string

  private constructor(child: ChildProcess, address: string, folder: string) {
    this.#child = child
    this.#address = address
    this.#folder = folder
  }

  static async start(target: string): Promise<PrometheusServer> {
    const folder = temporaryFolder()
    const file = join(folder, 'prometheus.yml')
    const config = {
      global: { scrape_interval: '1s', evaluation_interval: '1s' },
      rule_files: [join(GRAFANA, 'prometheus', 'alert-rules.yml')],
      scrape_configs: [{ job_name: 'vigil', static_configs: [{ targets: [target] }] }],
    }
    writeFileSync(file, JSON.stringify(config))
    const args = ['--config.file', file, '--storage.tsdb.path', join(folder, 'data')]
    const child = spawn('prometheus', [...args, '--web.listen-address', '127.0.0.1:0'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    const address = await new Promise<string>((resolve, reject) => {
      let output = ''
      child.stderr.on('data', (chunk: Buffer) => {
        output += chunk.toString()
        const found = /msg="Listening on" address=(\S+)/.exec(output)?.[1]
        if (found !== undefined) resolve(`http://${found}`)
      })
      child.once('error', reject)
      child.once('exit', () => reject(new Error(`prometheus ended:\n${output}`)))
    })
    return new PrometheusServer(child, address, folder)
  }

  async query(expr: string): Promise<Series[]> {
    const { result } = await this.#ask<{ result: { metric: Series['metric']; value: [number, string] }[] }>('query', {
      query: expr,
    })
    return result.map(({ metric, value }) => ({ metric, values: [value] }))
  }

  async queryRange(expr: string, fromMs: number, toMs: number, stepS: number): Promise<Series[]> {
    const range = { start: String(fromMs / 1_000), end: String(toMs / 1_000), step: String(stepS) }
    return (await this.#ask<{ result: Series[] }>('query_range', { query: expr, ...range })).result
  }

  async rules(): Promise<Rule[]> {
    const { groups } = await this.#ask<{ groups: { rules: Rule[] }[] }>('rules', {})
    return groups.flatMap(({ rules }) => rules)
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('exit', resolve))
    this.#child.kill('SIGKILL')
    await ended
    rmSync(this.#folder, { recursive: true, force: true })
  }

  async #ask<T>(what: string, parameters: Record<string, string>): Promise<T> {
    const response = await fetch(`${this.#address}/api/v1/${what}?${new URLSearchParams(parameters).toString()}`)
    const answer = (await response.json()) as { status: string; error?: string; data: T }
    if (answer.status !== 'success') throw new Error(answer.error)
    return answer.data
  }
}
