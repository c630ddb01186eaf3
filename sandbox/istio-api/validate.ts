// What istiod's validating webhook says of an object (Istio 1.25: pkg/config/validation).

import type { NewObject } from '../kube/object.ts';
import { authorizationPolicy } from './validation/authorization-policy.ts';
import { destinationRule } from './validation/destination-rule.ts';
import { decodingMistake } from './validation/durations.ts';
import { Findings } from './validation/findings.ts';
import { gateway } from './validation/gateway.ts';
import { Message } from './validation/message.ts';
import { peerAuthentication } from './validation/peer-authentication.ts';
import { policySelector, policyTargets } from './validation/policy-targets.ts';
import { requestAuthentication } from './validation/request-authentication.ts';
import { serviceEntry } from './validation/service-entry.ts';
import { sidecar } from './validation/sidecar.ts';
import { telemetry } from './validation/telemetry.ts';
import { virtualService } from './validation/virtual-service/virtual-service.ts';
import { workloadEntry, workloadGroup } from './validation/workload-entry.ts';

export interface Verdict {
  /** In Istio's words and order; empty: the object is accepted. */
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
  /** What the webhook answers; '' without errors. */
  readonly denial: string;
}

/** Never throws, whatever stands in `spec`. Kinds that are not Istio's have nothing to say. */
export function validateIstio({ apiVersion, kind, metadata, ...fields }: NewObject): Verdict {
  const isIstio = /^[a-z]+\.istio\.io\//u.test(apiVersion);
  const validator = isIstio && Object.hasOwn(validators, kind) ? validators[kind] : undefined;
  if (validator === undefined) return { errors: [], warnings: [], denial: '' };
  const unreadable = decodingMistake(fields['spec']);
  if (unreadable !== undefined) {
    return { errors: [unreadable], warnings: [], denial: `error decoding configuration: ${unreadable}` };
  }
  const { name = '', namespace = '' } = metadata;
  const findings = new Findings();
  validator(findings, new Message(fields['spec']), { name, namespace });
  if (kind === 'AuthorizationPolicy') findings.prefix(`invalid policy ${name}.${namespace}:`);
  const { errors, warnings, message } = findings;
  return { errors, warnings, denial: errors.length === 0 ? '' : `configuration is invalid: ${message}` };
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
  Telemetry: telemetry,
  WasmPlugin: policyTargets,
};
