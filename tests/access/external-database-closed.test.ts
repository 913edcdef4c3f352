import { expect, test } from 'vitest';
import { openSite } from '../harness.ts';
import { adapterVariables, contextOf, legacy, v3 } from '../wix.ts';

/** Sites that let nobody in, or not everybody. One process has one site at a time. */

test('JW-16 a site without keys is closed to both generations', async () => {
  const closed = await openSite();
  try {
    expect((await legacy(closed.address, 'provision')).status).toBe(401);
    expect(
      (await legacy(closed.address, 'provision', {}, contextOf({ settings: { secretKey: '' } }))).status,
    ).toBe(401);
    expect((await v3(closed.address, 'provision', {})).status).toBe(401);
  } finally {
    await closed.stop();
  }
});

test('AD-07 only sites on the list, when there is one', async () => {
  const listed = await openSite({
    variables: {
      ...adapterVariables,
      EXTERNAL_DATABASE_INSTANCE_IDS: '00000000-0000-4000-8000-000000000001',
    },
  });
  try {
    expect((await legacy(listed.address, 'provision')).status).toBe(401);
    expect((await v3(listed.address, 'provision', {})).status).toBe(401);
  } finally {
    await listed.stop();
  }
});
