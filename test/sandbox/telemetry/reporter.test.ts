import { describe, expect, it } from 'vitest';
import { connectionInfo } from '../../../sandbox/proxy/listener/connection-info.ts';
import type { ResponseFlag } from '../../../sandbox/proxy/stream/stream-info.ts';
import { TelemetryReporter, type RequestRecord } from '../../../sandbox/telemetry/reporter.ts';
import { workloadOfPod } from '../../../sandbox/telemetry/workload-of-pod.ts';

const self = workloadOfPod({
  name: 'webapp-6c5d-x2x7p',
  namespace: 'shop',
  serviceAccount: 'webapp',
  labels: { app: 'webapp', 'pod-template-hash': '6c5d' },
});

function recorded(
  record: Partial<RequestRecord>,
  outcome: { code: number; flags?: readonly ResponseFlag[]; route?: string },
): string {
  const reporter = new TelemetryReporter(self, () => undefined);
  const socket = { remoteAddress: '10.244.0.9', remotePort: 51_122 } as Parameters<typeof connectionInfo>[0];
  const info = connectionInfo(socket, { ip: '10.96.7.5', port: 80 }, 0);
  info.responseCode = outcome.code;
  info.routeName = outcome.route;
  info.flags.push(...(outcome.flags ?? []));
  reporter.request(
    {
      info,
      direction: 'OUTBOUND',
      edge: false,
      authority: 'catalog.shop',
      clusterName: undefined,
      service: undefined,
      upstreamIp: undefined,
      ...record,
    },
    7,
  );
  return reporter.render();
}

describe('destination of requests that reached no server (facts §8.3)', () => {
  const service = { host: 'catalog.shop.svc.cluster.local', name: 'catalog', namespace: 'shop' };

  it.each<[string, Partial<RequestRecord>, Parameters<typeof recorded>[1], string, string]>([
    ['NR at a sidecar: the Host header', {}, { code: 404, flags: ['NR'] }, 'catalog.shop', 'catalog.shop'],
    ['NR at a gateway: unknown', { edge: true }, { code: 404, flags: ['NR'] }, 'unknown', 'unknown'],
    [
      'UH: the service',
      { service, clusterName: 'outbound|80||x' },
      { code: 503, flags: ['UH'] },
      service.host,
      'catalog',
    ],
    [
      'an unknown host that is let through',
      { clusterName: 'PassthroughCluster' },
      { code: 200 },
      'catalog.shop',
      'PassthroughCluster',
    ],
    [
      'an unknown host that is not',
      {},
      { code: 502, route: 'block_all' },
      'catalog.shop',
      'BlackHoleCluster',
    ],
  ])('%s', (_, record, outcome, host, name) => {
    const text = recorded(record, outcome);
    expect(text).toContain(`destination_service="${host}",destination_service_name="${name}"`);
    expect(text).toContain(`response_flags="${outcome.flags?.join(',') ?? '-'}"`);
    expect(text).toContain('destination_workload="unknown"');
    expect(text).toContain('destination_canonical_revision="latest"');
  });

  it('counts durations in Envoy’s buckets', () => {
    const text = recorded({}, { code: 200 });
    expect(text).toMatch(/^istio_request_duration_milliseconds_bucket\{.*,le="5"\} 0$/m);
    expect(text).toMatch(/^istio_request_duration_milliseconds_bucket\{.*,le="10"\} 1$/m);
    expect(text).toMatch(/^istio_request_duration_milliseconds_bucket\{.*,le="\+Inf"\} 1$/m);
    expect(text).toMatch(/^istio_request_duration_milliseconds_sum\{.*\} 7$/m);
  });
});

describe('the workload of a pod', () => {
  it('is named without the ReplicaSet’s hash, and falls back where labels are missing', () => {
    expect(self).toMatchObject({
      workload: 'webapp',
      principal: 'spiffe://cluster.local/ns/shop/sa/webapp',
      app: 'webapp',
      version: 'unknown',
      canonicalService: 'webapp',
      canonicalRevision: 'latest',
    });
    expect(workloadOfPod({ name: 'curl', namespace: 'a', serviceAccount: 'b', labels: {} })).toMatchObject({
      workload: 'curl',
      canonicalService: 'curl',
    });
  });
});
