import { describe, expect, it } from 'vitest';
import { parseImageReference } from '../../apps/image-reference.ts';

const digest = `sha256:${'ab'.repeat(32)}`;

describe('parseImageReference', () => {
  it.each([
    ['nginx', 'docker.io/library/nginx', 'latest', undefined],
    ['nginx:1.27-alpine', 'docker.io/library/nginx', '1.27-alpine', undefined],
    ['docker.io/nginx', 'docker.io/library/nginx', 'latest', undefined],
    ['index.docker.io/library/nginx', 'docker.io/library/nginx', 'latest', undefined],
    ['istioinaction/catalog', 'docker.io/istioinaction/catalog', 'latest', undefined],
    [`istioinaction/catalog@${digest}`, 'docker.io/istioinaction/catalog', undefined, digest],
    [`istioinaction/catalog:v1@${digest}`, 'docker.io/istioinaction/catalog', 'v1', digest],
    ['localhost:5001/catalog', 'localhost:5001/catalog', 'latest', undefined],
    ['localhost/catalog:v1', 'localhost/catalog', 'v1', undefined],
    ['registry.k8s.io/a/b_c/d--e:1', 'registry.k8s.io/a/b_c/d--e', '1', undefined],
  ])('reads %s as %s, tag %s, digest %s', (text, repository, tag, expectedDigest) => {
    expect(parseImageReference(text)).toEqual({ repository, tag, digest: expectedDigest });
  });

  it.each([
    '',
    ' nginx',
    'Nginx',
    'nginx:',
    'nginx@',
    'nginx@sha256:1',
    'a//b',
    '/a',
    'a:b:c',
    'a/b:c/d',
    'nginx:-x',
  ])('refuses "%s"', (text) => {
    expect(parseImageReference(text)).toBeUndefined();
  });
});
