// What istiod's validating webhook says of an object (Istio 1.25: pkg/config/validation).

import type { NewObject } from '../kube/object.ts';
import { authorizationPolicy } from './validation/authorization-policy.ts';
import { destinationRule } from './validation/destination-rule.ts';
import { Findings } from './validation/findings.ts';
import { gateway } from './validation/gateway.ts';
import { Message } from './validation/message.ts';
import { peerAuthentication } from './validation/peer-authentication.ts';
import { policySelector, policyTargets } from './validation/policy-targets.ts';
import { requestAuthentication } from './validation/request-authentication.ts';
import { serviceEntry } from './validation/service-entry.ts';
import { sidecar } from './validation/sidecar.ts';
import { virtualService } from './validation/virtual-service/virtual-service.ts';
import { workloadEntry, workloadGroup } from './validation/workload-entry.ts';

export interface Verdict {
  /** In Istio's words and order; empty: the object is accepted. */
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
  /** All errors in one text, as the webhook prints them; '' without any. */
  readonly message: string;
}

/** Never throws, whatever stands in `spec`. Kinds that are not Istio's have nothing to say. */
export function validateIstio({ kind, metadata, ...fields }: NewObject): Verdict {
  const findings = new Findings();
  const { name = '', namespace = '' } = metadata;
  validators[kind]?.(findings, new Message(fields['spec']), { name, namespace });
  const { errors, warnings } = findings;
  if (kind !== 'AuthorizationPolicy') return { errors, warnings, message: findings.message };
  return prefixed(findings, `invalid policy ${name}.${namespace}:`);
}

type Validator = (
  findings: Findings,
  spec: Message,
  metadata: { readonly name: string; readonly namespace: string },
) => void;

const validators: Readonly<Record<string, Validator | undefined>> = {
  VirtualService: (findings, spec, { namespace }) => virtualService(findings, spec, namespace),
  DestinationRule: (findings, spec, { namespace }) => destinationRule(findings, spec, namespace),
  Gateway: (findings, spec, { name }) => gateway(findings, spec, name),
  ServiceEntry: (findings, spec, { namespace }) => serviceEntry(findings, spec, namespace),
  Sidecar: (findings, spec, { namespace }) => sidecar(findings, spec, namespace),
  WorkloadEntry: (findings, spec) => workloadEntry(findings, spec),
  WorkloadGroup: workloadGroup,
  ProxyConfig: policySelector,
  PeerAuthentication: peerAuthentication,
  AuthorizationPolicy: authorizationPolicy,
  RequestAuthentication: requestAuthentication,
  Telemetry: policyTargets,
  WasmPlugin: policyTargets,
};

function prefixed(findings: Findings, prefix: string): Verdict {
  const { errors, warnings } = findings;
  for (const [index, error] of errors.entries()) errors[index] = `${prefix} ${error}`;
  return { errors, warnings, message: findings.message };
}
