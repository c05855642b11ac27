/**
 * Version 1: jobs, their items, what is known of files.
 *
 * - A job's request is a table of its own: it may name thousands of files, and a job's row is rewritten with every item.
 * - The counts by state are kept by triggers, so that they are right whatever statement changes an item.
 * - Times are milliseconds since 1970; what is only read as a whole is JSON.
 */
export const jobs = `
CREATE TABLE jobs (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  origin TEXT NOT NULL,
  state TEXT NOT NULL,
  position REAL NOT NULL,
  wish TEXT NOT NULL,
  token INTEGER NOT NULL,
  owner TEXT,
  heartbeat_at INTEGER,
  progress TEXT,
  created_at INTEGER NOT NULL,
  started_at INTEGER,
  ended_at INTEGER,
  revision INTEGER NOT NULL,
  request_revision INTEGER NOT NULL,
  last_item INTEGER NOT NULL,
  waiting INTEGER NOT NULL DEFAULT 0,
  running INTEGER NOT NULL DEFAULT 0,
  done INTEGER NOT NULL DEFAULT 0,
  skipped INTEGER NOT NULL DEFAULT 0,
  failed INTEGER NOT NULL DEFAULT 0,
  cancelled INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX jobs_in_order ON jobs (position);
CREATE INDEX jobs_to_run ON jobs (position) WHERE state IN ('waiting', 'running');
CREATE INDEX jobs_held ON jobs (id) WHERE state = 'running';

CREATE TABLE requests (
  job TEXT NOT NULL PRIMARY KEY REFERENCES jobs (id) ON DELETE CASCADE,
  request TEXT NOT NULL
) STRICT;

CREATE TABLE items (
  job TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
  item INTEGER NOT NULL,
  state TEXT NOT NULL,
  input TEXT NOT NULL,
  label TEXT NOT NULL,
  target TEXT,
  output TEXT NOT NULL,
  make_folder INTEGER NOT NULL,
  bytes INTEGER,
  size TEXT,
  attempts INTEGER NOT NULL,
  skip TEXT,
  error TEXT,
  key TEXT,
  temp TEXT,
  result TEXT,
  token INTEGER NOT NULL,
  started_at INTEGER,
  ended_at INTEGER,
  UNIQUE (job, item)
) STRICT;
CREATE INDEX items_by_state ON items (job, state, item);
CREATE INDEX items_to_start_alone ON items (job, item) WHERE state = 'waiting' AND attempts > 0;

CREATE TRIGGER count_new AFTER INSERT ON items BEGIN
  UPDATE jobs SET
    waiting = waiting + (new.state = 'waiting'),
    running = running + (new.state = 'running'),
    done = done + (new.state = 'done'),
    skipped = skipped + (new.state = 'skipped'),
    failed = failed + (new.state = 'failed'),
    cancelled = cancelled + (new.state = 'cancelled')
  WHERE id = new.job;
END;
CREATE TRIGGER count_changed AFTER UPDATE OF state ON items WHEN new.state <> old.state BEGIN
  UPDATE jobs SET
    waiting = waiting + (new.state = 'waiting') - (old.state = 'waiting'),
    running = running + (new.state = 'running') - (old.state = 'running'),
    done = done + (new.state = 'done') - (old.state = 'done'),
    skipped = skipped + (new.state = 'skipped') - (old.state = 'skipped'),
    failed = failed + (new.state = 'failed') - (old.state = 'failed'),
    cancelled = cancelled + (new.state = 'cancelled') - (old.state = 'cancelled')
  WHERE id = new.job;
END;
CREATE TRIGGER count_gone AFTER DELETE ON items BEGIN
  UPDATE jobs SET
    waiting = waiting - (old.state = 'waiting'),
    running = running - (old.state = 'running'),
    done = done - (old.state = 'done'),
    skipped = skipped - (old.state = 'skipped'),
    failed = failed - (old.state = 'failed'),
    cancelled = cancelled - (old.state = 'cancelled')
  WHERE id = old.job;
END;

CREATE TABLE contents (
  path TEXT NOT NULL PRIMARY KEY,
  dev TEXT NOT NULL,
  ino TEXT NOT NULL,
  size INTEGER NOT NULL,
  mtime_ns TEXT NOT NULL,
  sha256 TEXT NOT NULL
) STRICT;

CREATE TABLE made (
  target TEXT NOT NULL PRIMARY KEY,
  key TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  at INTEGER NOT NULL
) STRICT;
`
