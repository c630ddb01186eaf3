import { describe, expect, it } from 'vitest';
import { findImage, imageNames } from '../../apps/images.ts';
import { Stage } from './stage.ts';

describe('findImage', () => {
  it.each([
    ['istioinaction/catalog', 3000],
    ['istioinaction/catalog:latest', 3000],
    ['docker.io/istioinaction/catalog:any', 3000],
    ['index.docker.io/istioinaction/webapp:latest', 8080],
    ['istioinaction/forum:latest', 8080],
    ['traefik/whoami:v1.11.0', 80],
    ['docker.io/istio/examples-bookinfo-details-v1:1.20.2', 9080],
    ['docker.io/istio/examples-bookinfo-productpage-v1:1.20.2', 9080],
    ['docker.io/istio/examples-bookinfo-ratings-v1:1.20.2', 9080],
    ['istio/examples-bookinfo-ratings-v-faulty:1.20.3', 9080],
    [`istio/examples-bookinfo-reviews-v1:1.20.2@sha256:${'0'.repeat(64)}`, 9080],
  ])('finds %s, a service on port %i', (reference, port) => {
    const image = findImage(reference);
    const app = image?.kind === 'service' ? image.create(Stage.open().context(image.env)) : undefined;
    expect(app?.port).toBe(port);
  });

  it.each([
    ['v1', { ENABLE_RATINGS: 'false' }],
    ['v2', { ENABLE_RATINGS: 'true', STAR_COLOR: 'black' }],
    ['v3', { ENABLE_RATINGS: 'true', STAR_COLOR: 'red' }],
  ])('reviews-%s bakes in %j', (version, env) => {
    expect(findImage(`istio/examples-bookinfo-reviews-${version}:1.20.2`)).toMatchObject({ env });
  });

  it.each([
    'nicolaka/netshoot',
    'nicolaka/netshoot:v0.9',
    'curlimages/curl',
    'docker.io/curlimages/curl:8.16.0',
  ])('finds %s, a box of tools', (reference) => {
    expect(findImage(reference)).toEqual({ kind: 'tools' });
  });

  it.each([
    'nginx',
    'catalog',
    'quay.io/istioinaction/catalog',
    'localhost/istioinaction/catalog',
    'istio/examples-bookinfo-reviews-v1',
    'istio/examples-bookinfo-reviews-v1:1.20.22',
    'istio/examples-bookinfo-reviews-v9:1.20.2',
    'istioinaction/catalog:',
    '',
  ])('does not have "%s"', (reference) => {
    expect(findImage(reference)).toBeUndefined();
  });
});

it.each(imageNames)('%s is found by its full name', (name) => {
  expect(findImage(`${name}:1.20.2`)).toBeDefined();
});

it('imageNames are sorted, for a message', () => {
  expect(imageNames).toEqual(imageNames.toSorted());
  expect(imageNames).toContain('docker.io/istio/examples-bookinfo-reviews-v3');
});
