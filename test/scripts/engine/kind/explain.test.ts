// The words of kind, Docker and registries, and the sentence each becomes.

import { describe, expect, it } from 'vitest';
import { explainCreate } from '../../../../scripts/engine/kind/explain-create.ts';
import { pullFailure } from '../../../../scripts/engine/kind/explain-pull.ts';

const failed = (stderr: string): Parameters<typeof explainCreate>[0] => ({
  result: { exitCode: 1, stdout: '', stderr, missing: false, timedOut: false },
  portBase: 30_000,
  nodeImage: 'kindest/node:v1.32.2',
  logs: undefined,
});

describe('a failure of kind create cluster', () => {
  it.each([
    [
      'docker: Error response from daemon: Bind for 0.0.0.0:30000 failed: port is already allocated.',
      'Port 30000 (gateway) is used by another program',
    ],
    [
      'driver failed programming external connectivity: failed to bind host port for 127.0.0.1:30002:172.18.0.2:30002/tcp: address already in use',
      'Port 30002 (Grafana) is used by another program',
    ],
    [
      'Error response from daemon: Ports are not available: exposing port TCP 127.0.0.1:30001 -> 0.0.0.0:0: listen tcp 127.0.0.1:30001: bind: address already in use',
      'Port 30001 (Prometheus) is used by another program',
    ],
    [
      'listen tcp 127.0.0.1:30004: bind: An attempt was made to access a socket in a way forbidden by its access permissions.',
      'Port 30004 (tracing) is used by another program',
    ],
    ['Bind for 0.0.0.0 failed: port is already allocated', 'One of the six ports is used by another program'],
    [
      'ERROR: failed to create cluster: failed to get docker info: command "docker info --format \'{{json .}}\'" failed with error: exit status 1',
      'Docker does not answer: failed to get docker info',
    ],
    [
      'exec: "docker": executable file not found in $PATH',
      'The kind engine needs Docker, and docker is not on PATH',
    ],
    [
      'ERROR: failed to create cluster: running kind with rootless provider requires cgroup v2, see https://kind.sigs.k8s.io',
      'Rootless Docker lacks rights over cgroups that kind needs',
    ],
    [
      'ERROR: failed to create cluster: Error response from daemon: Container 0123abcd is not running',
      'The node ended right after its start',
    ],
    [
      'ERROR: failed to create cluster: failed to lock config file: open /home/me/.kube/config.lock: file exists',
      'The kubeconfig could not be written: a lock file is in its place',
    ],
    ['ERROR: failed to create cluster: something new', 'kind could not create the cluster'],
  ])('%s', (said, sentence) => {
    const { message, hint } = explainCreate(failed(said));
    expect(message).toBe(sentence);
    expect(hint).toBeTruthy();
  });

  it('keeps the lines that say it', () => {
    const said =
      ' • Preparing nodes 📦   ...\n ✗ Preparing nodes 📦\nERROR: failed to create cluster: why\nCommand Output: more';
    expect(explainCreate(failed(said)).evidence).toEqual([
      'ERROR: failed to create cluster: why',
      'Command Output: more',
    ]);
  });
});

describe('a failure of a pull', () => {
  it.each([
    [
      'toomanyrequests: You have reached your pull rate limit.',
      'Docker Hub gives no more to this address for now',
    ],
    ['x509: certificate signed by unknown authority', /presents a certificate that the node does not know/],
    ['dial tcp: lookup registry-1.docker.io: no such host', 'its registry cannot be reached'],
    [
      'failed to resolve reference "docker.io/istio/nope:1": not found',
      /has none of that name for this machine/,
    ],
    ['no match for platform in manifest: not found', /has none of that name for this machine/],
    ['write /var/lib/containerd: no space left on device', 'the disk of Docker is full'],
    ['unauthorized: authentication required', 'its registry wants a login'],
    ['something new', 'see what was said'],
  ])('%s', (said, why) => {
    const { message } = pullFailure('docker.io/istio/proxyv2:1.25.1', said);
    const [, reason] =
      /^The image docker\.io\/istio\/proxyv2:1\.25\.1 could not be pulled: (.+)$/.exec(message) ?? [];
    expect(reason).toMatch(why);
  });

  it('because of a missing login is helped by a bundle: the node has no login of its own', () => {
    const { hint } = pullFailure('shop/private:1', 'unauthorized: authentication required');
    expect(hint).toBe(
      'docker login, npm run fetch, then run the same command again: the node takes images from the bundle, and has no login of its own',
    );
  });
});
