import { describe, expect, test } from 'vitest';
import { send, startWix } from './support.ts';

describe('what is not there yet says so', () => {
  test.each([
    ['POST', '/oauth/access'],
    ['GET', '/nothing/at/all'],
  ])('%s %s', async (method, path) => {
    const wix = await startWix();
    const answer = await send(wix, method, path, method === 'GET' ? {} : { body: {} });
    expect(answer.status).toBe(501);
    expect(await answer.json()).toMatchObject({
      message: expect.stringContaining(`${method} ${path.split('?')[0]}`),
    });
  });

  test('another host', async () => {
    const wix = await startWix();
    const answer = await send(wix, 'GET', '/', { host: 'www.example.com' });
    expect(answer.status).toBe(501);
    expect(await answer.json()).toMatchObject({ message: expect.stringContaining('www.example.com') });
  });
});
