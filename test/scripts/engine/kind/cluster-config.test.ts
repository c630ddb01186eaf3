import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { clusterConfig } from '../../../../scripts/engine/kind/cluster-config.ts';
import { imageOfTrack, readTrack } from '../../../../scripts/engine/kind/track.ts';
import { portNames } from '../../../../scripts/engine/ports.ts';
import { toolVersions, trackNames } from '../../../../scripts/tools/releases.ts';
import { projectRoot } from './support.ts';

interface Config {
  readonly name: string;
  readonly networking: Readonly<Record<string, string>>;
  readonly nodes: readonly {
    readonly extraPortMappings: readonly { containerPort: number; hostPort: number; listenAddress: string }[];
    readonly extraMounts?: unknown;
  }[];
}

interface Operator {
  readonly spec: {
    readonly components: {
      readonly ingressGateways: readonly [
        { k8s: { service: { type: string; externalTrafficPolicy: string; ports: Port[] } } },
      ];
      readonly egressGateways: readonly [{ enabled: boolean }];
    };
  };
}

interface Port {
  readonly port: number;
  readonly targetPort: number;
  readonly nodePort: number;
}

const read = (track: string, file: string): unknown =>
  parse(readFileSync(join(projectRoot, 'kind', track, file), 'utf8'));

describe.each(trackNames)('the track %s', (name) => {
  const track = readTrack(projectRoot, name);
  const config = read(name, 'cluster.yaml') as Config;

  it('maps the six ports to the same node ports, on 127.0.0.1 only, on its one node', () => {
    expect(config.nodes).toHaveLength(1);
    expect(config.nodes[0]?.extraPortMappings).toEqual(
      portNames.map((_, index) => ({
        containerPort: 30_000 + index,
        hostPort: 30_000 + index,
        listenAddress: '127.0.0.1',
      })),
    );
  });

  it('has the addresses that the labs show', () => {
    expect(config.networking).toEqual({ podSubnet: '10.10.0.0/16', serviceSubnet: '10.200.1.0/24' });
  });

  it('names its node image by digest, in a version that kubectl and istioctl of the track suit', () => {
    expect(track.nodeImage).toMatch(/^kindest\/node:v[\d.]+@sha256:[0-9a-f]{64}$/);
    expect([track.kubernetes, track.istio]).toEqual([
      toolVersions[name].kubectl.version,
      toolVersions[name].istioctl.version,
    ]);
  });

  it('gives the gateway all its ports at fixed node ports, keeps who called, and has no egress gateway', () => {
    const { components } = (read(name, 'istio.yaml') as Operator).spec;
    const { type, externalTrafficPolicy, ports } = components.ingressGateways[0].k8s.service;
    expect([type, externalTrafficPolicy]).toEqual(['NodePort', 'Local']);
    expect(ports.map(({ port, targetPort, nodePort }) => [port, targetPort, nodePort])).toEqual([
      [15_021, 15_021, 30_021],
      [80, 8080, 30_000],
      [443, 8443, 30_443],
    ]);
    expect(components.egressGateways[0].enabled).toBe(false);
  });
});

describe('the config that kind gets', () => {
  const text = readFileSync(join(projectRoot, 'kind', 'course', 'cluster.yaml'), 'utf8');
  const made = clusterConfig(text, 31_000, '/home/me/.lab/kind/certs.d', 'mesh-workshop/node:1');

  it('has the host ports of LAB_PORT_BASE, and node ports as before', () => {
    const { nodes } = parse(made) as Config;
    expect(
      nodes[0]?.extraPortMappings.map(({ containerPort, hostPort }) => [containerPort, hostPort]),
    ).toEqual(portNames.map((_, index) => [30_000 + index, 31_000 + index]));
  });

  it('mounts the folder of registries, by which the node is known again', () => {
    expect((parse(made) as Config).nodes[0]?.extraMounts).toEqual([
      { hostPath: '/home/me/.lab/kind/certs.d', containerPath: '/etc/containerd/certs.d', readOnly: true },
    ]);
  });

  it('is the track’s in everything else, comments included', () => {
    const other = clusterConfig(text, 30_000, '/x', 'mesh-workshop/node:1');
    expect({ ...(parse(other) as Config), nodes: [] }).toEqual({ ...(parse(text) as Config), nodes: [] });
    expect(other).toContain('# kind maps ports when it creates a node, and never again.');
  });
});

describe('an image of a manifest', () => {
  it.each([
    ['quay.io/kiali/kiali:v2.5', 'book', 'quay.io/kiali/kiali:v1.63'],
    ['quay.io/kiali/kiali:v2.5', 'current', 'quay.io/kiali/kiali:v2.26'],
    ['quay.io/kiali/kiali:v2.5', 'course', 'quay.io/kiali/kiali:v2.5'],
    ['grafana/grafana:11.3.1', 'book', 'grafana/grafana:11.3.1'],
  ] as const)('%s is on the track %s %s', (image, track, expected) => {
    expect(imageOfTrack(readTrack(projectRoot, track), image)).toBe(expected);
  });
});
