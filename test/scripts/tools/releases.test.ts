import { validRange, satisfies } from 'semver';
import { expect, it } from 'vitest';
import {
  publishers,
  releaseOf,
  toolNames,
  toolVersions,
  trackNames,
} from '../../../scripts/tools/releases.ts';

it.each([
  [
    'kind',
    'linux',
    'x64',
    'https://github.com/kubernetes-sigs/kind/releases/download/v1.2.3/kind-linux-amd64',
    '.sha256sum',
  ],
  ['kubectl', 'darwin', 'arm64', 'https://dl.k8s.io/release/v1.2.3/bin/darwin/arm64/kubectl', '.sha256'],
  [
    'istioctl',
    'linux',
    'arm64',
    'https://github.com/istio/istio/releases/download/1.2.3/istioctl-1.2.3-linux-arm64.tar.gz',
    '.sha256',
  ],
  [
    'istioctl',
    'darwin',
    'x64',
    'https://github.com/istio/istio/releases/download/1.2.3/istioctl-1.2.3-osx.tar.gz',
    '.sha256',
  ],
  [
    'istioctl',
    'darwin',
    'arm64',
    'https://github.com/istio/istio/releases/download/1.2.3/istioctl-1.2.3-osx-arm64.tar.gz',
    '.sha256',
  ],
  ['helm', 'darwin', 'x64', 'https://get.helm.sh/helm-v1.2.3-darwin-amd64.tar.gz', '.sha256sum'],
] as const)('%s for %s on %s is at %s', (name, platform, arch, url, suffix) => {
  expect(releaseOf(name, '1.2.3', { platform, arch })).toMatchObject({ url, checksumUrl: `${url}${suffix}` });
});

it('every version that is downloaded is one that suits', () => {
  for (const track of trackNames) {
    for (const name of toolNames) {
      const { version, suits } = toolVersions[track][name];
      expect([track, name, validRange(suits) !== null, satisfies(version, suits)]).toEqual([
        track,
        name,
        true,
        true,
      ]);
    }
  }
});

it('everything comes over TLS', () => {
  for (const address of Object.values(publishers)) expect(address).toMatch(/^https:\/\/[^/]+.*[^/]$/);
});
