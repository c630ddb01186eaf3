import { isIP } from 'node:net';

/**
 * What istiod's injector says of a value it cannot read, in Go's words; undefined when it can. Not looked at: the YAML of
 * proxy.istio.io/config.
 */
export function annotationMistake(name: string, value: string): string | undefined {
  return Object.hasOwn(checks, name) ? checks[name]?.(value) : undefined;
}

type Check = (value: string) => string | undefined;

const interceptionMode: Check = (value) =>
  ['REDIRECT', 'TPROXY', 'NONE'].includes(value)
    ? undefined
    : `interceptionMode invalid, use REDIRECT,TPROXY,NONE: ${value}`;

const boolean: Check = (value) =>
  /^(?:1|0|t|f|T|F|true|false|TRUE|FALSE|True|False)$/.test(value)
    ? undefined
    : `strconv.ParseBool: parsing ${JSON.stringify(value)}: invalid syntax`;

/** @param bits of the number, which has no sign */
function unsigned(value: string, bits: number): string | undefined {
  const why = !/^\d+$/.test(value)
    ? 'invalid syntax'
    : Number(value) < 2 ** bits
      ? undefined
      : 'value out of range';
  return why && `strconv.ParseUint: parsing ${JSON.stringify(value)}: ${why}`;
}

function port(value: string): string | undefined {
  const why = unsigned(value.trim(), 16);
  return why && `failed parsing port '${value}': ${why}`;
}

const ports =
  (called: string): Check =>
  (value) => {
    if (value.trim() === '') return undefined;
    for (const each of value.trim().split(',')) {
      const why = port(each);
      if (why !== undefined) return `${called} invalid: failed parsing port '${each}': ${why}`;
    }
    return undefined;
  };

const ranges =
  (called: string): Check =>
  (value) => {
    if (value === '') return undefined;
    for (const each of value.split(',')) {
      const why = prefixMistake(each);
      if (why === undefined) continue;
      return `${called} invalid: failed parsing cidr '${each}': netip.ParsePrefix(${JSON.stringify(each)}): ${why}`;
    }
    return undefined;
  };

function prefixMistake(text: string): string | undefined {
  const slash = text.lastIndexOf('/');
  if (slash < 0) return "no '/'";
  const [address, bits] = [text.slice(0, slash), text.slice(slash + 1)];
  const version = isIP(address);
  if (version === 0) return `ParseAddr(${JSON.stringify(address)}): unable to parse IP`;
  if (!/^(?:0|[1-9]\d{0,2})$/.test(bits)) return `bad bits after slash: ${JSON.stringify(bits)}`;
  return Number(bits) > (version === 4 ? 32 : 128) ? 'prefix length out of range' : undefined;
}

const orAll =
  (check: Check): Check =>
  (value) =>
    value === '*' ? undefined : check(value);

const seconds: Check = (value) => unsigned(value, 32);

const checks: Readonly<Record<string, Check>> = {
  'sidecar.istio.io/interceptionMode': interceptionMode,
  // The words are Istio's.
  'status.sidecar.istio.io/port': (value) => {
    const why = port(value);
    return why && `excludeInboundPorts invalid: ${why}`;
  },
  'readiness.status.sidecar.istio.io/initialDelaySeconds': seconds,
  'readiness.status.sidecar.istio.io/periodSeconds': seconds,
  'readiness.status.sidecar.istio.io/failureThreshold': seconds,
  'traffic.sidecar.istio.io/includeOutboundIPRanges': orAll(ranges('includeIPRanges')),
  'traffic.sidecar.istio.io/excludeOutboundIPRanges': ranges('excludeIPRanges'),
  'traffic.sidecar.istio.io/includeInboundPorts': orAll(ports('includeInboundPorts')),
  'traffic.sidecar.istio.io/excludeInboundPorts': ports('excludeInboundPorts'),
  'traffic.sidecar.istio.io/excludeOutboundPorts': ports('excludeOutboundPorts'),
  'prometheus.istio.io/merge-metrics': boolean,
};
