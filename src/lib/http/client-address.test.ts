import { describe, expect, test } from 'vitest';
import { clientOf, toBlockList, UNKNOWN_CLIENT } from './client-address.ts';

const trusted = toBlockList(['127.0.0.1', '10.0.0.0/8', '2001:db8:aaaa::/48']);

function client(remoteAddress: string | undefined, forwarded?: string): string {
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
  return clientOf({ socket: { remoteAddress }, headers }, trusted);
}

describe('RL-01: a client is the nearest hop that is not a trusted proxy', () => {
  test.each([
    ['the socket, without a header', '192.0.2.1', undefined, '192.0.2.1'],
    ['the socket, whatever a stranger claims', '192.0.2.1', '198.51.100.7', '192.0.2.1'],
    ['the socket, though a stranger names a proxy', '192.0.2.1', '198.51.100.7, 10.0.0.1', '192.0.2.1'],
    ['what one trusted proxy saw', '127.0.0.1', '198.51.100.7', '198.51.100.7'],
    [
      'what it saw, not what the client had written',
      '127.0.0.1',
      '203.0.113.9, 198.51.100.7',
      '198.51.100.7',
    ],
    ['what the first of two proxies saw', '127.0.0.1', '203.0.113.9,198.51.100.7,10.1.2.3', '198.51.100.7'],
    ['the farthest proxy, when there is nobody behind', '127.0.0.1', '10.0.0.2, 10.0.0.3', '10.0.0.2'],
    ['the proxy, when it says nothing', '127.0.0.1', undefined, '127.0.0.1'],
    ['the proxy, when it says nothing at all', '127.0.0.1', '', '127.0.0.1'],
    ['the last good hop before nonsense', '127.0.0.1', '198.51.100.7, unknown, 10.0.0.3', '10.0.0.3'],
    ['the last good hop before a gap', '127.0.0.1', '198.51.100.7,, 10.0.0.3', '10.0.0.3'],
    ['an address without its port', '127.0.0.1', '198.51.100.7:4711', '198.51.100.7'],
    ['not a number that some take for an address', '127.0.0.1', '3325256711', '127.0.0.1'],
    ['not a shortened address', '127.0.0.1', '198.51.7', '127.0.0.1'],
  ])('%s', (_, socket, forwarded, expected) => {
    expect(client(socket, forwarded)).toBe(expected);
  });
});

describe('IPv6', () => {
  test.each([
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:0db8:0001:0002:0000:0000:0000:0001', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['2001:db8:1:2::', '2001:db8:1:2::/64'],
  ])('RL-01: %s is counted as %s', (address, expected) => {
    expect(client(address)).toBe(expected);
    expect(client('127.0.0.1', address)).toBe(expected);
    expect(client('127.0.0.1', `[${address}]:4711`), 'with a port').toBe(expected);
  });

  test.each(['::ffff:198.51.100.7', '::FFFF:198.51.100.7', '::ffff:c633:6407', '0:0:0:0:0:ffff:c633:6407'])(
    'RL-01: %s is IPv4',
    (address) => {
      expect(client(address)).toBe('198.51.100.7');
      expect(client('127.0.0.1', address)).toBe('198.51.100.7');
    },
  );

  test('a proxy is trusted in either form', () => {
    expect(client('::ffff:10.0.0.1', '198.51.100.7')).toBe('198.51.100.7');
    expect(client('2001:db8:aaaa:1::1', '198.51.100.7')).toBe('198.51.100.7');
    expect(client('2001:db8:aaab:1::1', '198.51.100.7')).toBe('2001:db8:aaab:1::/64');
  });
});

test('RL-07: without an address there is one name for all', () => {
  expect(client(undefined)).toBe(UNKNOWN_CLIENT);
  expect(client(undefined, '198.51.100.7'), 'and nobody to believe').toBe(UNKNOWN_CLIENT);
  expect(client('')).toBe(UNKNOWN_CLIENT);
});

test('with nobody trusted, nobody is believed', () => {
  const socket = { remoteAddress: '127.0.0.1' };
  const headers = { 'x-forwarded-for': '198.51.100.7' };
  expect(clientOf({ socket, headers }, toBlockList([]))).toBe('127.0.0.1');
});
