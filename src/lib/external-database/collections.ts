import { authorizeTable } from './rules/authorize.ts';
import type { Adapter } from './adapter.ts';
import { SYSTEM_FIELDS, type Column, type Table } from './catalogue/table.ts';
import { isAdministrator, type Caller } from './caller.ts';
import { Fault } from './fault.ts';

/** A collection as one caller sees it. */
export type SeenCollection = Readonly<{ table: Table; columns: readonly Column[] }>;

/** Every collection that is there for the caller, read afresh, in the order of names. */
export async function seenCollections(adapter: Adapter, caller: Caller): Promise<SeenCollection[]> {
  const tables = await adapter.catalogue.tables();
  return tables.flatMap((table) => seen(adapter, caller, table) ?? []);
}

function seen({ policies }: Adapter, caller: Caller, table: Table): SeenCollection | null {
  try {
    return { table, columns: [...authorizeTable(caller, 'query', table, policies).readable.values()] };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    // One may be allowed to add to what one may not read.
    return error.code === 'FORBIDDEN' && (isAdministrator(caller) || Object.hasOwn(policies, table.id))
      ? { table, columns: [table.key] }
      : null;
  }
}

export function isSystemField(key: string): boolean {
  return (SYSTEM_FIELDS as readonly string[]).includes(key);
}
