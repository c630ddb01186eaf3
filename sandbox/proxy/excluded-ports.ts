import type { Redirect } from '../network/network.ts';

/** Ports that a pod's annotations keep from its proxy: numbers separated by commas; what is no number is left out. */
export function excludedPorts(
  annotations: Readonly<Record<string, string>>,
): Pick<Redirect, 'excludedInbound' | 'excludedOutbound'> {
  return {
    excludedInbound: portsOf(annotations['traffic.sidecar.istio.io/excludeInboundPorts']),
    excludedOutbound: portsOf(annotations['traffic.sidecar.istio.io/excludeOutboundPorts']),
  };
}

const portsOf = (list = ''): ReadonlySet<number> =>
  new Set(
    list
      .split(',')
      .map((port) => port.trim())
      .filter((port) => /^\d+$/u.test(port))
      .map(Number),
  );
