// Doctor's judgement of where images come from.

import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../../scripts/doctor/finding.ts';
import type { Machine } from '../../../../scripts/doctor/machine/machine.ts';
import { findingsOf, machine } from '../support/machines.ts';

describe('Docker Hub', () => {
  const images = ['docker.io/istio/pilot:1.25.1', 'istioinaction/catalog:latest', 'quay.io/kiali/kiali:v2.5'];
  const hub = (remaining: string, limit = '100;w=21600'): Machine['dockerHub'] => ({
    status: 200,
    headers: { 'ratelimit-limit': limit, 'ratelimit-remaining': remaining },
  });
  const judged = (changes: Partial<Machine>): Finding | undefined =>
    findingsOf(machine('linux', { toPull: images, ...changes })).find(({ id }) => id === 'docker-hub');

  it.each([
    [
      'more than are to be pulled',
      hub('76;w=21600'),
      'Docker Hub gives this address 76 more images: 2 are to be pulled',
    ],
    ['just as many', hub('2;w=21600'), 'Docker Hub gives this address 2 more images: 2 are to be pulled'],
    ['any number', { status: 200, headers: {} }, 'Docker Hub does not count what this address pulls'],
  ])('may give %s', (_, dockerHub, detail) => {
    expect(judged({ dockerHub })).toMatchObject({ status: 'ok', detail });
  });

  it.each([
    [
      'fewer than are to be pulled',
      hub('1;w=21600'),
      'Docker Hub gives this address only 1 more image, and 2 are to be pulled',
    ],
    ['none', hub('0;w=21600'), 'Docker Hub gives this address no more images, and 2 are to be pulled'],
    [
      'no answer but a refusal',
      { status: 429, headers: {} },
      'Docker Hub gives this address no more images, and 2 are to be pulled',
    ],
  ])('may give %s', (_, dockerHub, detail) => {
    const finding = judged({ dockerHub });
    expect(finding).toMatchObject({ status: 'warn', detail });
    expect(finding?.symptom).toContain('toomanyrequests');
    expect(finding?.fix).toContain('npm run fetch');
  });

  it('says how much it gives, and in what time', () => {
    expect(judged({ dockerHub: hub('0;w=3600', '40;w=3600') })?.cause).toContain('40 images an hour');
    expect(judged({ dockerHub: hub('0;w=21600') })?.cause).toContain('100 images in 6 hours');
  });

  it.each([
    ['is not asked when it has none of what is to be pulled', { toPull: ['quay.io/kiali/kiali:v2.5'] }],
    ['is nothing to worry about when it cannot be reached', { dockerHub: undefined }],
    ['is nothing to worry about when it is broken', { dockerHub: { status: 503, headers: {} } }],
  ])('%s', (_, changes) => {
    expect(judged(changes)).toBeUndefined();
  });
});

describe('the way to the registries', () => {
  const image = 'docker.io/istio/pilot:1.25.1';
  const judged = (id: string, changes: Partial<Machine>): Finding | undefined =>
    findingsOf(machine('linux', { toPull: [image], ...changes })).find((finding) => finding.id === id);

  it('may show a certificate that this machine does not know', () => {
    const finding = judged('certificates', { dockerHub: { untrusted: 'SELF_SIGNED_CERT_IN_CHAIN' } });
    expect(finding).toMatchObject({
      status: 'warn',
      detail: 'Docker Hub shows a certificate that is not known here: SELF_SIGNED_CERT_IN_CHAIN',
    });
    expect(judged('docker-hub', { dockerHub: { untrusted: 'SELF_SIGNED_CERT_IN_CHAIN' } })).toBeUndefined();
    expect(judged('certificates', {})).toBeUndefined();
  });

  it.each([
    'http://localhost:3128',
    'http://127.0.0.1:3128',
    'http://me:secret@127.8.0.1',
    'http://[::1]:3128',
  ])('may lead over the proxy %s, which the node takes for itself', (proxy) => {
    const finding = judged('node-proxy', { env: { HTTPS_PROXY: proxy } });
    expect(finding).toMatchObject({ status: 'warn' });
    expect(finding?.detail).toMatch(/^HTTPS_PROXY leads to this machine itself: \S+$/);
    expect(finding?.detail).not.toContain('secret');
  });

  it.each([
    ['a proxy elsewhere', { env: { HTTPS_PROXY: 'http://proxy.corp:3128' } }],
    ['no proxy', { env: { HTTPS_PROXY: '' } }],
    ['a proxy that is no address', { env: { HTTPS_PROXY: 'proxy' } }],
    ['nothing to be pulled', { toPull: [], env: { https_proxy: 'http://localhost:3128' } }],
  ])('is fine with %s', (_, changes) => {
    expect(judged('node-proxy', changes)).toBeUndefined();
  });

  it.each(['registry.istio.io/release/examples-helloworld-v1:1.20.3', 'gcr.io/istio-release/pilot:1.25.1'])(
    'may lead to where Istio takes its images away: %s',
    (old) => {
      const finding = judged('istio-registry', { toPull: [image, old] });
      expect(finding).toMatchObject({ status: 'warn' });
      expect(finding?.detail).toContain(old);
      expect(finding?.fix).toContain('docker.io/istio/');
    },
  );

  it("is not that of other people's images", () => {
    expect(judged('istio-registry', { toPull: [image, 'gcr.io/google-samples/hello:1'] })).toBeUndefined();
  });
});
