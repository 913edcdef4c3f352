import type { WixEmulator } from '../packages/wix-emulator/src/index.ts';

/** A row as it goes over Wix's wire. */
export type WixRow = Readonly<Record<string, unknown> & { _id: string }>;

const PAGE = 1_000;

/** Every row of a collection as Wix holds it, read past the site, which could hide its own mistakes. */
export async function rowsAtWix(wix: WixEmulator, dataCollectionId: string): Promise<WixRow[]> {
  const { clientId, clientSecret, instanceId } = wix.app;
  const { access_token: token } = await ask<{ access_token: string }>(wix, '/oauth2/token', {
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
    instance_id: instanceId,
  });
  const rows: WixRow[] = [];
  for (;;) {
    const query = { sort: [{ fieldName: '_id' }], paging: { limit: PAGE, offset: rows.length } };
    const body = { dataCollectionId, query };
    const { dataItems } = await ask<{ dataItems: { data: WixRow }[] }>(
      wix,
      '/wix-data/v2/items/query',
      body,
      token,
    );
    rows.push(...dataItems.map(({ data }) => data));
    if (dataItems.length < PAGE) return rows;
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
