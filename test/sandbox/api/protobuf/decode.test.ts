import { describe, expect, it } from 'vitest';
import { decodeProtobuf } from '../../../../sandbox/api/protobuf/decode.ts';

// Written by k8s.io/apimachinery v0.32.2 (runtime/serializer/protobuf).
const deployment = [
  'azhzAAoVCgdhcHBzL3YxEgpEZXBsb3ltZW50EpICCjIKA3dlYhIAGgAiACoAMgA4AEIICODlrr8GEABaCgoDYXBw',
  'EgN3ZWJaCQoFZW1wdHkSABLNAQgAEgwKCgoDYXBwEgN3ZWIasgEKEAoAEgAaACIAKgAyADgAQgASnQEKCwoDdG1w',
  'EgQSAgoAEnIKA3dlYhIFbmdpbngaAWEaAWIqAEIPCg0KA2NwdRIGCgQ1MDBtUiEKFRITCgEvEgoIARAAGgRodHRw',
  'GgAiABAAGAAgBSgAMABaGAoMGgoKBggAEFAaABIAEAAYACAAKAAwAGoAcgCAAQCIAQCQAQCiAQAaADIAQgBKAFIA',
  'WABgAGgAggEAigEAmgEAwgEAIgIKACgAOAAaDAgAEAAYACAAKAA4ABoAIgA=',
].join('');
const secret = 'azhzAAoMCgJ2MRIGU2VjcmV0Eh0KEQoBcxIAGgAiACoAMgA4AEIAEgYKAWESAWIaABoAIgA=';

const decode = (text: string): Record<string, unknown> => decodeProtobuf(Buffer.from(text, 'base64'));

describe('decodeProtobuf', () => {
  it('reads what Go wrote as Go would write it in JSON, without the empty structs', () => {
    expect(decode(deployment)).toEqual({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: {
        name: 'web',
        creationTimestamp: '2025-04-01T09:33:20Z',
        labels: { app: 'web', empty: '' },
      },
      spec: {
        replicas: 0,
        selector: { matchLabels: { app: 'web' } },
        template: {
          spec: {
            volumes: [{ name: 'tmp', emptyDir: {} }],
            containers: [
              {
                name: 'web',
                image: 'nginx',
                command: ['a', 'b'],
                resources: { limits: { cpu: '500m' } },
                livenessProbe: { httpGet: { path: '/', port: 'http' }, periodSeconds: 5 },
                readinessProbe: { tcpSocket: { port: 80 } },
              },
            ],
          },
        },
      },
    });
  });

  it('reads bytes as base64', () => {
    expect(decode(secret)).toMatchObject({ kind: 'Secret', data: { a: 'Yg==' } });
  });

  it.each([
    ['no prefix', Buffer.from('{}'), /does not appear to be a protobuf message/u],
    ['a cut end', Buffer.from(secret, 'base64').subarray(0, 30), 'unexpected EOF'],
    [
      'an endless number',
      Buffer.from([0x6b, 0x38, 0x73, 0, ...Array<number>(20).fill(0xff)]),
      'unexpected EOF',
    ],
    [
      'an unknown kind',
      Buffer.from('azhzAAoICgJ2MRICTm8=', 'base64'),
      'no kind "No" is registered for version "v1" in protobuf: send it as JSON',
    ],
  ])('refuses bytes with %s', (_what, bytes, message) => {
    expect(() => decodeProtobuf(bytes)).toThrow(message);
  });
});
