import { expect, test } from 'vitest';
import { loopbackOnly, postToAdapter } from './transport.ts';

const connection = {
  name: 'depot',
  connectionType: 'STANDALONE',
  endpoint: 'http://localhost:4321/base/',
} as const;
const body = { text: '{}', contentType: 'application/json' };

test.each(['http://192.0.2.1/', 'https://db.example.test/', 'http://localhost.example.test/'])(
  '%s is not this machine, and is not called',
  (address) => {
    expect(() => loopbackOnly(new Request(address, { method: 'POST' }))).toThrow('is not this machine');
  },
);

test('a request goes below the endpoint, follows no redirect, and is given up when time is over', async () => {
  const requests: Request[] = [];
  const fetchAdapter = (request: Request) => {
    requests.push(request);
    return new Promise<Response>(() => {});
  };
  const asked = postToAdapter(connection, 'data/find', body, { fetchAdapter, timeoutMs: 20 });
  await expect(asked).rejects.toMatchObject({ status: 504 });
  expect(requests).toHaveLength(1);
  expect(requests[0]).toMatchObject({
    method: 'POST',
    url: 'http://localhost:4321/base/data/find',
    redirect: 'manual',
  });
  expect(requests[0]?.signal.aborted).toBe(true);
});

test('an answer larger than a thousand items is not read to its end', async () => {
  let sent = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      sent += 1_048_576;
      controller.enqueue(new Uint8Array(1_048_576));
    },
  });
  const fetchAdapter = () => Promise.resolve(new Response(endless));
  const asked = postToAdapter(connection, 'data/find', body, { fetchAdapter, timeoutMs: 5_000 });
  await expect(asked).rejects.toMatchObject({ status: 502 });
  expect(sent).toBeLessThan(20_000_000);
});
