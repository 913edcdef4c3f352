import type { IncomingMessage } from 'node:http';
import { BlockList, isIP, isIPv4 } from 'node:net';
import { provided } from '../../provided.ts';

/** What everybody is counted under whose address nobody knows: they share one budget, and nobody goes without. */
export const UNKNOWN_CLIENT = 'unknown';

/** The proxies whose X-Forwarded-For is believed. */
export const [provideTrustedProxies, trustedProxies] = provided<BlockList>('trusted proxies');

/** @param networks addresses and networks in CIDR notation, as `TRUSTED_PROXIES` names them. */
export function toBlockList(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    const family = isIPv4(address) ? 'ipv4' : 'ipv6';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return list;
}

/**
 * Whom a request is counted under: the nearest hop that is no trusted proxy, as an IPv4 address or the /64 of an IPv6
 * one, which is what one customer is given at the least (RFC 6177 §2).
 *
 * Each proxy writes whom it was asked by at the right end of X-Forwarded-For, so what stands left of the first hop that
 * is not trusted is only a claim. An entry that is no address ends the walk at the proxy that passed it on.
 */
export function clientOf(
  { socket, headers }: Pick<IncomingMessage, 'headers'> & { socket: { remoteAddress?: string | undefined } },
  trusted: BlockList,
): string {
  let client = normalised(socket.remoteAddress ?? '');
  if (client === null) return UNKNOWN_CLIENT;
  const hops = [headers['x-forwarded-for'] ?? []].flat().join(',').split(',');
  while (isTrusted(client, trusted)) {
    const hop = normalised(hops.pop()?.trim() ?? '');
    if (hop === null) break;
    client = hop;
  }
  return isIPv4(client) ? client : networkOf(client);
}

function isTrusted(address: string, trusted: BlockList): boolean {
  return trusted.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
}

/** Some proxies add the port: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
const WITH_PORT = /^(?:\[([^\]]+)\]|([\d.]+))(?::\d{1,5})?$/;

/** `::ffff:192.0.2.1`, the form in which a socket of both families shows IPv4: RFC 4291 §2.5.5.2. */
const MAPPED = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/;

/** One text for each address: without port and zone, IPv6 as RFC 5952 has it, mapped IPv4 as IPv4. */
function normalised(text: string): string | null {
  const [, bracketed, dotted] = WITH_PORT.exec(text) ?? [];
  const [address = ''] = (bracketed ?? dotted ?? text).split('%');
  switch (isIP(address)) {
    case 4:
      return address;
    case 6: {
      const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
      const [, high, low] = MAPPED.exec(canonical) ?? [];
      return high !== undefined && low !== undefined ? dottedQuad(high, low) : canonical;
    }
    default:
      return null;
  }
}

function dottedQuad(high: string, low: string): string {
  const bits = [high, low].map((group) => Number.parseInt(group, 16));
  return bits.flatMap((group) => [group >> 8, group & 255]).join('.');
}

/** The first four of the eight groups; `::` stands for as many zeros as are missing (RFC 4291 §2.2). */
function networkOf(address: string): string {
  const [head, tail] = address.split('::').map((half) => half.split(':').filter(Boolean));
  const ends = [head ?? [], tail ?? []] as const;
  const zeros = Array.from({ length: 8 - ends.flat().length }, () => '0');
  return `${[ends[0], zeros, ends[1]].flat().slice(0, 4).join(':')}::/64`;
}
