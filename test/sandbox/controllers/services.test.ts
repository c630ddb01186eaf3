import { afterEach, describe, expect, it } from 'vitest';
import type { ServiceSpec } from 'kubernetes-types/core/v1.js';
import { serviceAdmission } from '../../../sandbox/controllers/services/admission.ts';
import { type Service, services } from '../../../sandbox/kube/resources.ts';
import type { StatusError } from '../../../sandbox/kube/status-error.ts';
import { service } from './manifests.ts';
import { World } from './world.ts';

const worlds: World[] = [];
afterEach(() => {
  for (const world of worlds.splice(0)) world.close();
});

function openWorld(): World {
  const world = new World();
  worlds.push(world);
  world.plugins.push(serviceAdmission(world.cluster));
  return world;
}

const port = { name: 'http', port: 80, protocol: 'TCP' as const };
const nodePort = (number: number): Partial<ServiceSpec> => ({
  type: 'NodePort',
  ports: [{ ...port, nodePort: number }],
});

const create = (world: World, name: string, spec: Partial<ServiceSpec>): Service =>
  world.cluster.create(services, service(name, { ports: [port], ...spec }));

const change = (world: World, name: string, spec: Partial<ServiceSpec>): Service => {
  const found = world.cluster.get(services, 'shop', name);
  if (found === undefined) throw new Error(`no service ${name}`);
  return world.cluster.update(services, { ...found, spec: { ...found.spec, ...spec } });
};

function refusal(write: () => unknown): { reason: string; message: string } {
  try {
    write();
  } catch (error) {
    const { reason, message } = error as StatusError;
    return { reason, message };
  }
  throw new Error('it was not refused');
}

describe('a ClusterIP', () => {
  it('is the lowest free one of 10.200.1.0/24, apart from those of kubernetes and DNS', () => {
    const world = openWorld();
    const ips = Array.from({ length: 10 }, (_, index) => create(world, `web-${index}`, {}).spec?.clusterIP);
    expect(ips.slice(0, 3)).toEqual(['10.200.1.2', '10.200.1.3', '10.200.1.4']);
    expect(ips.slice(-3)).toEqual(['10.200.1.9', '10.200.1.11', '10.200.1.12']);
    world.cluster.delete(services, 'shop', 'web-1');
    expect(create(world, 'again', {}).spec?.clusterIP).toBe('10.200.1.3');
  });

  it.each([
    [{ clusterIP: '10.200.1.77' }, '10.200.1.77'],
    [{ clusterIP: 'None' }, 'None'],
    [{ type: 'ExternalName' as const, externalName: 'example.com', ports: [] }, undefined],
  ])('of %j is %s', (spec, ip) => {
    const { spec: given } = create(openWorld(), 'web', spec);
    expect(given?.clusterIP).toBe(ip);
    expect(given?.clusterIPs).toEqual(ip === undefined ? undefined : [ip]);
  });

  it.each([
    [
      '192.168.0.1',
      'Service "other" is invalid: spec.clusterIPs: Invalid value: []string{"192.168.0.1"}: failed to allocate IP 192.168.0.1: the provided IP (192.168.0.1) is not in the valid range. The range of valid IPs is 10.200.0.0/16',
    ],
    [
      '10.200.1.2',
      'Service "other" is invalid: spec.clusterIPs: Invalid value: []string{"10.200.1.2"}: failed to allocate IP 10.200.1.2: provided IP is already allocated',
    ],
  ])('%s is refused in Kubernetes’ words', (clusterIP, message) => {
    const world = openWorld();
    create(world, 'web', {});
    expect(refusal(() => create(world, 'other', { clusterIP }))).toEqual({ reason: 'Invalid', message });
  });

  it('can’t be changed, and is kept by an update that leaves it out', () => {
    const world = openWorld();
    const made = create(world, 'web', {});
    expect(refusal(() => change(world, 'web', { clusterIP: '10.200.1.9' })).message).toContain(
      'spec.clusterIPs[0]: Invalid value: []string{"10.200.1.9"}: may not change once set',
    );
    const replaced = world.cluster.update(services, { ...made, spec: { ports: [{ ...port, port: 81 }] } });
    expect(replaced.spec?.clusterIP).toBe('10.200.1.2');
  });

  it('is given back by a change to ExternalName', () => {
    const world = openWorld();
    create(world, 'web', {});
    const changed = change(world, 'web', { type: 'ExternalName', externalName: 'example.com' });
    expect(changed.spec?.clusterIP).toBeUndefined();
    expect(create(world, 'other', {}).spec?.clusterIP).toBe('10.200.1.2');
  });
});

describe('a NodePort', () => {
  it('chosen by the cluster keeps clear of the ports the labs print', () => {
    const world = openWorld();
    const ports = [1, 2].map(
      (index) => create(world, `web-${index}`, { type: 'NodePort' }).spec?.ports?.[0]?.nodePort,
    );
    expect(ports).toEqual([30_006, 30_007]);
  });

  it.each([30_000, 30_005, 30_443, 32_767])('%i is given to who asks for it', (number) => {
    expect(create(openWorld(), 'web', nodePort(number)).spec?.ports?.[0]?.nodePort).toBe(number);
  });

  it.each([
    [30_000, 'provided port is already allocated'],
    [80, 'provided port is not in the valid range. The range of valid ports is 30000-32767'],
  ])('%i is refused when it is taken or out of range', (number, why) => {
    const world = openWorld();
    create(world, 'gateway', nodePort(30_000));
    expect(refusal(() => create(world, 'web', nodePort(number)))).toEqual({
      reason: 'Invalid',
      message: `Service "web" is invalid: spec.ports[0].nodePort: Invalid value: ${number}: ${why}`,
    });
  });

  it('is kept by an update that leaves it out, and given back by a change to ClusterIP', () => {
    const world = openWorld();
    create(world, 'web', nodePort(30_000));
    expect(change(world, 'web', { ports: [{ ...port, targetPort: 8080 }] }).spec?.ports?.[0]?.nodePort).toBe(
      30_000,
    );
    const changed = change(world, 'web', { type: 'ClusterIP' });
    expect(changed.spec?.ports?.[0]?.nodePort).toBeUndefined();
    expect(create(world, 'other', nodePort(30_000)).spec?.ports?.[0]?.nodePort).toBe(30_000);
  });
});
