import type { Findings } from './findings.ts';
import type { Message } from './message.ts';
import { policySelector } from './policy-targets.ts';

export function peerAuthentication(findings: Findings, spec: Message): void {
  const ports = spec.keys('portLevelMtls');
  const hasLabels = (spec.child('selector')?.keys('matchLabels').length ?? 0) > 0;
  if (!hasLabels && ports.length > 0) {
    findings.error('mesh/namespace peer authentication cannot have port level mTLS');
  }
  if (spec.has('portLevelMtls') && ports.length === 0) {
    findings.error('port level mTLS, if defined, must have at least one element');
  }
  for (const port of ports) {
    const number = Number(port);
    if (!(number > 0 && number <= 65_535)) findings.error('port must be in range 1..65535');
  }
  policySelector(findings, spec);
}
