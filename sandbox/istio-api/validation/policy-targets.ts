import type { Findings } from './findings.ts';
import type { Message } from './message.ts';
import { emptySelector, selectorMistakes } from './names.ts';

/** What a policy is for: a selector, or Gateways and Services by name. */
export function policyTargets(findings: Findings, spec: Message): void {
  const refs = spec.list('targetRefs');
  const single = spec.child('targetRef');
  const ways = [spec.has('selector'), single !== undefined, refs.length > 0].filter(Boolean).length;
  if (ways > 1) findings.error('only one of targetRefs or workloadSelector can be set');
  policySelector(findings, spec);
  for (const ref of single === undefined ? refs : [single, ...refs]) targetRef(findings, ref);
}

export function policySelector(findings: Findings, spec: Message): void {
  const selector = spec.child('selector');
  if (selector === undefined) return;
  findings.error(...selectorMistakes(selector, 'matchLabels'));
  if (selector.keys('matchLabels').length === 0) findings.warn(emptySelector);
}

function targetRef(findings: Findings, ref: Message): void {
  if (ref.text('name') === '') findings.error('targetRef name must be set');
  if (ref.text('namespace') !== '') {
    findings.error('targetRef namespace must not be set; cross namespace referencing is not supported');
  }
  const group = ref.text('group');
  const kind = ref.text('kind');
  if (allowed.has(`${group === 'core' ? '' : group}/${kind}`)) return;
  findings.error(
    `targetRef must be to one of [/v1/Service networking.istio.io/v1/ServiceEntry gateway.networking.k8s.io/v1/Gateway gateway.networking.k8s.io/v1/GatewayClass] but was ${group}/${kind}`,
  );
}

const allowed = new Set([
  '/Service',
  'networking.istio.io/ServiceEntry',
  'gateway.networking.k8s.io/Gateway',
  'gateway.networking.k8s.io/GatewayClass',
]);
