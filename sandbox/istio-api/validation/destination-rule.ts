import { exportTo } from './export-to.ts';
import type { Findings } from './findings.ts';
import type { Message } from './message.ts';
import { emptySelector, labels, selectorMistakes, wildcardDomainMistake } from './names.ts';
import { trafficPolicy } from './traffic-policy.ts';
import { subsetNameMistake } from './virtual-service/destinations.ts';

export function destinationRule(findings: Findings, spec: Message, namespace: string): void {
  findings.error(wildcardDomainMistake(spec.text('host')));
  trafficPolicy(findings, spec.child('trafficPolicy'));
  const names = new Set<string>();
  for (const subset of spec.list('subsets')) {
    const name = subset.text('name');
    if (names.has(name)) findings.error(`duplicate subset names: ${name}`);
    names.add(name);
    findings.error(subsetNameMistake(name));
    labels(findings, subset, 'labels');
    findings.quietly(() => trafficPolicy(findings, subset.child('trafficPolicy')));
  }
  const selector = spec.child('workloadSelector');
  exportTo(findings, spec, { namespace, staysHome: selector !== undefined });
  if (selector === undefined) return;
  findings.error(...selectorMistakes(selector, 'matchLabels'));
  if (selector.keys('matchLabels').length === 0) findings.warn(emptySelector);
}
