import type { WixEmulator } from '../../packages/wix-emulator/src/index.ts';
import { markOf, members, pairs, ROWS } from './population.ts';

type Row = Readonly<{ _id: string; name?: string; memberEmail?: string; memberIds?: readonly string[] }>;

/**
 * What is wrong with the rows as Wix holds them: read past the site, which could hide its own mistakes.
 * @param removed ids of connections that their owners have removed.
 */
export async function faultsInRows(wix: WixEmulator, removed: ReadonlySet<string>): Promise<string[]> {
  const connections = await allRows(wix, 'SITConnections');
  const introductions = await allRows(wix, 'Introductions');
  return [
    ...connections.flatMap(faultsInConnection),
    ...missing(
      connections,
      members.flatMap(({ canary }) => Array.from({ length: ROWS }, (_, row) => `${canary}-${row}`)),
    ).filter((id) => !removed.has(id)),
    ...missing(
      introductions,
      pairs.map(({ canary }) => `${canary}-0`),
    ),
    ...pairs.flatMap(({ canary, between }) => {
      const row = introductions.find(({ _id }) => _id === `${canary}-0`);
      const ids = between.map(({ id }) => id);
      return !row || String(row.memberIds) === String(ids) ? [] : [`${row._id} is for others now`];
    }),
  ];
}

/** A row is its owner's, and only the owner has written to it. */
function faultsInConnection({ _id, name = '', memberEmail = '' }: Row): string[] {
  const owner = members.find(({ email }) => email === memberEmail);
  const seededFor = members.find(({ canary }) => _id.startsWith(canary));
  if (seededFor && seededFor !== owner) return [`${_id} belongs to ${memberEmail} now`];
  if (!owner) return [];
  const own = name.startsWith(owner.canary) || name.startsWith(markOf(owner));
  return own ? [] : [`${_id} of ${memberEmail} was written by somebody else: ${name}`];
}

function missing(rows: readonly Row[], ids: readonly string[]): string[] {
  const there = new Set(rows.map(({ _id }) => _id));
  return ids.filter((id) => !there.has(id)).map((id) => id);
}

async function allRows(wix: WixEmulator, dataCollectionId: string): Promise<Row[]> {
  const { clientId, clientSecret, instanceId } = wix.app;
  const { access_token: token } = await ask<{ access_token: string }>(wix, '/oauth2/token', {
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
    instance_id: instanceId,
  });
  const rows: Row[] = [];
  for (;;) {
    const query = { sort: [{ fieldName: '_id' }], paging: { limit: 1000, offset: rows.length } };
    const page = await ask<{ dataItems: { data: Row }[] }>(
      wix,
      '/wix-data/v2/items/query',
      { dataCollectionId, query },
      token,
    );
    rows.push(...page.dataItems.map(({ data }) => data));
    if (page.dataItems.length < 1000) return rows;
  }
}

async function ask<Body>(wix: WixEmulator, path: string, body: unknown, token = ''): Promise<Body> {
  const headers = { 'content-type': 'application/json', ...(token && { authorization: token }) };
  const request = new Request(`https://www.wixapis.com${path}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
  const answer = await wix.fetch(request);
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Body;
}
