import { catalogueOf, type Catalogue } from './catalogue/catalogue.ts';
import { isAdministrator, type Caller } from './caller.ts';
import type { ExternalDatabase } from './database.ts';
import { Fault } from './fault.ts';
import { authorizeTable, type TableGrant } from './rules/authorize.ts';
import type { TablePolicies } from './rules/table-policy.ts';
import type { Action } from '../policy/collection.ts';

/** What both envelopes work with: the owner's database, what is in it, and who may do what. */
export type Adapter = Readonly<{
  database: ExternalDatabase;
  catalogue: Catalogue;
  policies: TablePolicies;
}>;

export function openAdapter(database: ExternalDatabase, policies: TablePolicies): Adapter {
  return { database, catalogue: catalogueOf(database), policies };
}

/** Does something with a table, once the caller may; with a fresh look at the table when it has changed. */
export function withGrant<Value>(
  { catalogue, policies }: Adapter,
  caller: Caller,
  action: Action,
  collectionId: string,
  work: (grant: TableGrant) => Promise<Value>,
): Promise<Value> {
  return catalogue.withTable(collectionId, (table) => work(authorizeTable(caller, action, table, policies)));
}

/** @throws {Fault} `FORBIDDEN` for everybody but the site's owner and its code. */
export function assertAdministrator(caller: Caller): void {
  if (!isAdministrator(caller)) throw new Fault('FORBIDDEN', 'Only the site itself may do this.');
}
