import { expect, it } from 'vitest';
import { excludedPorts } from '../../../sandbox/proxy/excluded-ports.ts';

it.each([
  [{}, [], []],
  [{ 'traffic.sidecar.istio.io/excludeInboundPorts': '9090, 22' }, [9090, 22], []],
  [{ 'traffic.sidecar.istio.io/excludeOutboundPorts': '3306,x,' }, [], [3306]],
])('%j keeps from the proxy: inbound %j, outbound %j', (annotations, inbound, outbound) => {
  expect(excludedPorts(annotations)).toEqual({
    excludedInbound: new Set(inbound),
    excludedOutbound: new Set(outbound),
  });
});
