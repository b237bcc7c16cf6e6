import { lookup } from "node:dns/promises";
import { BlockList, isIP } from "node:net";
import { DeliveryFailure } from "./delivery-failure.ts";

/** Which receivers may be spoken to. Patterns are host names, `*.example.com`, or `*`. */
export interface ReceiverPolicy {
  readonly allowedHosts: readonly string[];
  readonly privateHosts: readonly string[];
}

/** An address that was looked at: whoever connects uses this one and asks no name server again. */
export interface ReachedAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

/** Finds the addresses of a name. */
export type Resolve = (host: string) => Promise<readonly { readonly address: string; readonly family: number }[]>;

// Two lists: one that holds a net of mapped addresses takes every IPv4 address for one of it.
const PRIVATE = { 4: new BlockList(), 6: new BlockList() };
for (const [net, bits] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
] as const)
  PRIVATE[4].addSubnet(net, bits, "ipv4");
// Whatever carries an IPv4 address inside is taken for private as a whole: no receiver is published under such an address.
for (const [net, bits] of [
  ["::", 96],
  ["::ffff:0:0", 96],
  ["64:ff9b::", 96],
  ["64:ff9b:1::", 48],
  ["2002::", 16],
  ["2001::", 32],
  ["fc00::", 7],
  ["fe80::", 10],
  ["fec0::", 10],
  ["ff00::", 8],
] as const)
  PRIVATE[6].addSubnet(net, bits, "ipv6");

/** Whether an address is loopback, private, link-local, multicast or reserved, in whatever form. */
export function isPrivateAddress(address: string): boolean {
  const plain = address.replace(/%.*$/, "");
  switch (isIP(plain)) {
    case 4:
      return PRIVATE[4].check(plain, "ipv4");
    case 6:
      return PRIVATE[6].check(plain, "ipv6");
    default:
      return true;
  }
}

/** Whether a host is among the patterns. */
export function hostMatches(host: string, patterns: readonly string[]): boolean {
  const name = host
    .toLowerCase()
    .replace(/\.$/, "")
    .replace(/^\[(.*)\]$/, "$1");
  return patterns.some((each) => {
    const pattern = each.toLowerCase();
    return pattern === "*" || pattern === name || (pattern.startsWith("*.") && name.endsWith(pattern.slice(1)));
  });
}

const ask: Resolve = (host) => lookup(host, { all: true });

/**
 * The address of a receiver, if it may be spoken to: its host is allowed, and none of its addresses is one of the inside unless the host may be there.
 * @param configured the host comes from a connection, which only who may write connections can set
 * @throws DeliveryFailure
 */
export async function reachReceiver(
  host: string,
  configured: boolean,
  policy: ReceiverPolicy,
  resolve: Resolve = ask,
): Promise<ReachedAddress> {
  if (!configured && !hostMatches(host, policy.allowedHosts)) {
    throw new DeliveryFailure(
      `the host ${host} is not among [alerts] allowed_hosts: name it there, or put the address into a connection`,
    );
  }
  const found = await resolve(host.replace(/^\[(.*)\]$/, "$1")).catch((error: unknown) => {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    throw new DeliveryFailure(`the host ${host} cannot be found (${code})`);
  });
  const [first] = found;
  if (!first) throw new DeliveryFailure(`the host ${host} has no address`);
  // One bad address is enough: which of them a library takes is up to it.
  if (found.some(({ address }) => isPrivateAddress(address)) && !hostMatches(host, policy.privateHosts)) {
    throw new DeliveryFailure(
      `the host ${host} is at a private or local address: name it in [alerts] private_hosts if that is meant`,
    );
  }
  return { address: first.address, family: first.family === 6 ? 6 : 4 };
}
