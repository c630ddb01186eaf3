// Which pod has which address. As the host-local plug-in of CNI does it: round robin, so that an address that was
// just given up is the last to be used again, and old connections to it find nobody.

const subnets = 256;
/** .0 is the network, .1 the node's side of the pods' links, .255 the broadcast address. */
const firstHost = 2;
const lastHost = 254;

/** Address of the node on the pods' network: the source of probes and of NodePort traffic (it is masqueraded). */
export const podGateway = '10.10.0.1';

export interface AddressPool {
  /** A free address of 10.10.0.0/24, or of the next /24 when all are taken. `wanted` is granted when it is free. */
  take(wanted?: string): string;
  release(ip: string): void;
}

export function createAddressPool(): AddressPool {
  const taken = new Set<string>();
  const next = Array.from({ length: subnets }, () => firstHost);

  const takeFrom = (subnet: number): string | undefined => {
    for (let tries = firstHost; tries <= lastHost; tries += 1) {
      const host = next[subnet] ?? firstHost;
      next[subnet] = host === lastHost ? firstHost : host + 1;
      const ip = `10.10.${subnet}.${host}`;
      if (!taken.has(ip)) return ip;
    }
    return undefined;
  };

  return {
    take: (wanted) => {
      if (wanted !== undefined && isPodAddress(wanted) && !taken.has(wanted)) {
        taken.add(wanted);
        return wanted;
      }
      for (let subnet = 0; subnet < subnets; subnet += 1) {
        const ip = takeFrom(subnet);
        if (ip === undefined) continue;
        taken.add(ip);
        return ip;
      }
      throw new Error('No address of 10.10.0.0/16 is free');
    },
    release: (ip) => {
      taken.delete(ip);
    },
  };
}

function isPodAddress(ip: string): boolean {
  const match = /^10\.10\.(\d{1,3})\.(\d{1,3})$/.exec(ip);
  return (
    match !== null &&
    Number(match[1]) < subnets &&
    Number(match[2]) >= firstHost &&
    Number(match[2]) <= lastHost
  );
}
