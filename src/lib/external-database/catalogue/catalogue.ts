import type { ExternalDatabase } from '../database.ts';
import { noCollection } from '../fault.ts';
import { StaleCatalogue } from '../trouble.ts';
import type { Table } from './table.ts';

/** Between two looks for a table that is not known, in milliseconds: asking for nonsense must not keep the database busy. */
const LOOK_AGAIN_MS = 1_000;

export type Catalogue = Readonly<{
  /** @throws {Fault} `COLLECTION_NOT_FOUND` */
  table: (id: string) => Promise<Table>;
  /** Every table there is, read afresh. */
  tables: () => Promise<readonly Table[]>;
  refresh: () => Promise<void>;
  /** What was known last, without asking; for the status page. */
  known: () => readonly Table[];
  /** Does it again with a fresh catalogue when the first try shows that this one is old. */
  withTable: <Value>(id: string, work: (table: Table) => Promise<Value>) => Promise<Value>;
}>;

/**
 * The tables of the database, read once and again when something says that they have changed: a call that names an
 * unknown one, a statement that fails for it, a change through the adapter, or the round that looks now and again.
 */
export function catalogueOf(database: ExternalDatabase): Catalogue {
  let tables: ReadonlyMap<string, Table> = new Map();
  let readAt = Number.NEGATIVE_INFINITY;
  let underWay: Promise<void> | null = null;

  async function read(): Promise<void> {
    const found = await database.discover();
    tables = new Map(found.map((table) => [table.id, table]));
    readAt = performance.now();
  }

  /** One look at a time; whoever comes meanwhile waits for it. */
  function refresh(): Promise<void> {
    underWay ??= read().finally(() => {
      underWay = null;
    });
    return underWay;
  }

  async function tableNamed(id: string): Promise<Table> {
    const known = tables.get(id);
    if (known) return known;
    if (performance.now() - readAt > LOOK_AGAIN_MS) await refresh();
    const found = tables.get(id);
    if (!found) throw noCollection(id);
    return found;
  }

  return {
    table: tableNamed,
    refresh,
    known: () => [...tables.values()],
    async tables() {
      await refresh();
      return [...tables.values()];
    },
    async withTable(id, work) {
      try {
        return await work(await tableNamed(id));
      } catch (error) {
        if (!(error instanceof StaleCatalogue)) throw error;
      }
      await refresh();
      try {
        return await work(await tableNamed(id));
      } catch (error) {
        throw error instanceof StaleCatalogue ? noCollection(id) : error;
      }
    },
  };
}
