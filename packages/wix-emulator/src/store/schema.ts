/**
 * The shape of the data file. Each entry moves the file one version forward; entries are only ever appended,
 * so that a file of any earlier version opens. `PRAGMA user_version` holds how many have run.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

  -- Collections carry a number of their own: it can stand in SQL text as it is, where an id would need quoting,
  -- and AUTOINCREMENT never hands the number of a deleted collection to a new one.
  CREATE TABLE collections (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    definition TEXT NOT NULL
  ) STRICT;

  -- \`data\` is the whole item as it goes over the wire, system fields included: a read copies it out unparsed.
  -- The columns repeat what is filtered and sorted most. Every index is a partial one of a single collection,
  -- made with it; an index that began with the collection would look so selective to the query planner that it
  -- would pass over the one that really is.
  CREATE TABLE items (
    collection INTEGER NOT NULL,
    id TEXT NOT NULL,
    owner TEXT NOT NULL,
    created TEXT NOT NULL,
    updated TEXT NOT NULL,
    data TEXT NOT NULL
  ) STRICT;

  -- Field paths that ever held an array. Only these pay for "an element equals" in a filter; all others keep
  -- a plain comparison, which an expression index can answer.
  CREATE TABLE array_paths (
    collection INTEGER NOT NULL,
    path TEXT NOT NULL,
    PRIMARY KEY (collection, path)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE indexes (
    collection INTEGER NOT NULL,
    name TEXT NOT NULL,
    definition TEXT NOT NULL,
    PRIMARY KEY (collection, name)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE members (
    id TEXT PRIMARY KEY,
    login_email TEXT NOT NULL UNIQUE,
    password_hash TEXT,
    roles TEXT NOT NULL,
    data TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE refresh_tokens (
    hash BLOB PRIMARY KEY,
    client_id TEXT NOT NULL,
    subject_type TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    issued INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX refresh_tokens_by_subject ON refresh_tokens (subject_type, subject_id);

  -- Short-lived secrets: session tokens, authorization codes, verification states. Only hashes are kept.
  CREATE TABLE tickets (
    hash BLOB PRIMARY KEY,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    expires INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX tickets_by_expiry ON tickets (expires);

  CREATE TABLE outbox (number INTEGER PRIMARY KEY AUTOINCREMENT, mail TEXT NOT NULL) STRICT;
  `,
];

/** Every table that holds content, children before parents, as `reset()` empties them. */
export const contentTables = [
  'items',
  'array_paths',
  'indexes',
  'collections',
  'members',
  'refresh_tokens',
  'tickets',
  'outbox',
  'meta',
] as const;
