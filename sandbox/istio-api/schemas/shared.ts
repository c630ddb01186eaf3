// Pieces that several of Istio's kinds have.

import type { Schema } from '../../schema/type.ts';
import {
  crossNamespaceRule,
  labelKeyRule,
  labelKeySetRule,
  labelValueRule,
  selectorWildcardRule,
} from './cel-rules.ts';
import { choice, list, map, object, text, texts, uint32, withRules } from './fields.ts';

export const exportTo = (kind: string): Schema =>
  texts(`Namespaces that see this ${kind}: \`.\` is its own, \`*\` (the default) all of them.`);

export const portSelector = (description: string): Schema =>
  object(description, { number: uint32('Its number.') });

/** Chooses workloads by label: the selector of policies. */
export const matchLabels = (description: string): Schema =>
  object(description, {
    matchLabels: withRules(
      map(
        'Labels that the workloads must have.',
        withRules({ type: 'string', maxLength: 63 }, labelValueRule),
        {
          maxProperties: 4096,
        },
      ),
      labelKeyRule,
      labelKeySetRule,
    ),
  });

/** Chooses workloads by label: the selector of Sidecar, ServiceEntry and EnvoyFilter. */
export const workloadSelector = (description: string): Schema =>
  object(description, {
    labels: map(
      'Labels that the workloads must have.',
      withRules({ type: 'string', maxLength: 63 }, selectorWildcardRule),
      { maxProperties: 256 },
    ),
  });

export const targetRef = (description: string): Schema =>
  object(
    description,
    {
      group: text('Its API group; empty for Service.', {
        maxLength: 253,
        pattern: '^$|^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$',
      }),
      kind: text('Its kind.', {
        minLength: 1,
        maxLength: 63,
        pattern: '^[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?$',
      }),
      name: text('Its name.', { minLength: 1, maxLength: 253 }),
      namespace: withRules(text('Not supported yet: it must be in this namespace.'), crossNamespaceRule),
    },
    { required: ['kind', 'name'] },
  );

export const targetRefs = (): Schema =>
  list('The Gateways or Services this is for, in place of a selector.', targetRef(''), { maxItems: 16 });

export const targets = (): Readonly<Record<string, Schema>> => ({
  selector: matchLabels('The workloads this is for; all of the namespace when it is missing.'),
  targetRef: targetRef('The Gateway or Service this is for, in place of a selector.'),
  targetRefs: targetRefs(),
});

/** TLS as servers speak it: a Gateway's, or a Sidecar's inbound listener's. */
export const serverTls = (description: string): Schema =>
  object(description, {
    caCertificates: text('Path of the certificates that sign client certificates.'),
    caCrl: text('Path of a list of revoked client certificates.'),
    cipherSuites: texts('Cipher suites, in place of the default ones.'),
    credentialName: text('The Secret with certificate and key, in the namespace of the gateway pods.'),
    httpsRedirect: {
      type: 'boolean',
      description: 'Answer every plain HTTP request with a redirect to HTTPS.',
    },
    maxProtocolVersion: tlsVersion('The newest TLS version.'),
    minProtocolVersion: tlsVersion('The oldest TLS version.'),
    mode: choice(
      'Who decrypts, and whether the client shows a certificate.',
      'PASSTHROUGH',
      'SIMPLE',
      'MUTUAL',
      'AUTO_PASSTHROUGH',
      'ISTIO_MUTUAL',
      'OPTIONAL_MUTUAL',
    ),
    privateKey: text("Path of the server's key."),
    serverCertificate: text("Path of the server's certificate."),
    subjectAltNames: texts('Names of which the client certificate must have one.'),
    verifyCertificateHash: texts('SHA-256 hashes of accepted client certificates.'),
    verifyCertificateSpki: texts('SHA-256 hashes of the keys of accepted client certificates.'),
  });

const tlsVersion = (description: string): Schema =>
  choice(description, 'TLS_AUTO', 'TLSV1_0', 'TLSV1_1', 'TLSV1_2', 'TLSV1_3');

/** A port that is listened on. */
export const serverPort = (description: string, required: readonly string[] = []): Schema =>
  object(
    description,
    {
      name: text('A name for the port.'),
      number: uint32('Its number.'),
      protocol: text('HTTP, HTTPS, GRPC, GRPC-WEB, HTTP2, MONGO, TCP or TLS.'),
      targetPort: uint32('Not used.'),
    },
    required.length === 0 ? {} : { required },
  );

/** Every kind's status: who reconciled it, and what is wrong with it. */
export function status(): Schema {
  const generation: Schema = {
    description: 'The generation this is about.',
    anyOf: [{ type: 'integer' }, { type: 'string' }],
    'x-kubernetes-int-or-string': true,
  };
  const time = (description: string): Schema => text(description, { format: 'date-time' });
  return {
    ...object('What Istio says about this object.', {
      conditions: list(
        'Its current state.',
        object('', {
          lastProbeTime: time('When it was last looked at.'),
          lastTransitionTime: time('When it last changed.'),
          message: text('What happened, for people.'),
          observedGeneration: generation,
          reason: text('What happened, in one word.'),
          status: text('True, False or Unknown.'),
          type: text('The name of the condition.'),
        }),
      ),
      observedGeneration: generation,
      validationMessages: list(
        'What an analysis found.',
        object('', {
          documentationUrl: text('Where it is explained.'),
          level: choice('How bad it is.', 'UNKNOWN', 'ERROR', 'WARNING', 'INFO'),
          type: object('What it is.', {
            code: text('Its code, such as IST0101.'),
            name: text('Its name.'),
          }),
        }),
      ),
    }),
    'x-kubernetes-preserve-unknown-fields': true,
  };
}
