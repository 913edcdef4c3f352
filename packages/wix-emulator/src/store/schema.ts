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
  `
  -- Multi-references live beside the items: data never holds them. The number keeps the order they were made in.
  -- A two-way reference is one row, kept with the side that comes first.
  CREATE TABLE item_references (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    collection INTEGER NOT NULL,
    field TEXT NOT NULL,
    item TEXT NOT NULL,
    referenced TEXT NOT NULL,
    UNIQUE (collection, item, field, referenced)
  ) STRICT;
  CREATE INDEX item_references_by_referenced ON item_references (referenced, collection, field);

  -- Rows as they were before each change within the replica delay; NULL data: there was none.
  CREATE TABLE replica_past (
    collection INTEGER NOT NULL,
    id TEXT NOT NULL,
    changed INTEGER NOT NULL,
    owner TEXT,
    created TEXT,
    updated TEXT,
    data TEXT,
    PRIMARY KEY (collection, id, changed)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX replica_past_by_change ON replica_past (changed);

  -- \`reached\` is the last item dealt with, in the order of ids: a job goes on behind it after a restart.
  CREATE TABLE async_jobs (
    id TEXT PRIMARY KEY,
    status TEXT NOT NULL,
    request TEXT NOT NULL,
    reached TEXT NOT NULL,
    succeeded INTEGER NOT NULL,
    failed INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE special_permissions (
    id TEXT PRIMARY KEY,
    collection INTEGER NOT NULL,
    user_id TEXT NOT NULL,
    definition TEXT NOT NULL,
    UNIQUE (collection, user_id)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE external_database_connections (
    name TEXT PRIMARY KEY,
    connection TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE INDEX members_by_slug ON members (data ->> '$.profile.slug');

  -- The owner's order that a member choose a new password before signing in again.
  ALTER TABLE members ADD COLUMN reset_required INTEGER NOT NULL DEFAULT 0;

  CREATE TABLE webhook_subscriptions (
    id TEXT PRIMARY KEY,
    subscription TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  -- Events on their way, each a row per subscription. Written with the change they tell of. AUTOINCREMENT: the
  -- numbers only ever rise, so they can tell which of two changes came later.
  CREATE TABLE webhook_deliveries (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    subscription TEXT NOT NULL,
    event TEXT NOT NULL,
    status TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    due INTEGER NOT NULL,
    answer TEXT
  ) STRICT;
  CREATE INDEX webhook_deliveries_by_due ON webhook_deliveries (status, due);
  CREATE INDEX webhook_deliveries_by_subscription ON webhook_deliveries (subscription, status);
  `,
];

/** Every table that holds content, children before parents, as `reset()` empties them. */
export const contentTables = [
  'webhook_deliveries',
  'webhook_subscriptions',
  'external_database_connections',
  'special_permissions',
  'async_jobs',
  'replica_past',
  'item_references',
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
