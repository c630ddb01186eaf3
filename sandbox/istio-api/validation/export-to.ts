import type { Findings } from './findings.ts';
import type { Message } from './message.ts';
import { isDnsLabel } from './names.ts';

export interface ExportRules {
  readonly namespace: string;
  /** Only a ServiceEntry may be exported to no one. */
  readonly mayBeNone?: boolean;
  /** A DestinationRule with a workloadSelector stays in its namespace. */
  readonly staysHome?: boolean;
}

/** `exportTo` of any kind. */
export function exportTo(
  findings: Findings,
  spec: Message,
  { namespace, mayBeNone = false, staysHome = false }: ExportRules,
): void {
  const entries = spec.texts('exportTo');
  const seen = new Set<string>();
  for (const entry of entries) {
    const key = entry === '.' ? namespace : entry;
    if (seen.has(key)) {
      findings.error(
        key === entry
          ? `duplicate entries in exportTo for entry ${entry}`
          : `duplicate entries in exportTo: . and current namespace ${namespace}`,
      );
      continue;
    }
    const mistake = entry === '~' && mayBeNone ? undefined : visibilityMistake(key);
    findings.error(mistake);
    if (mistake === undefined) seen.add(key);
  }
  if (staysHome && seen.size > 0) {
    if (!seen.has(namespace)) {
      findings.error('destination rule with workload selector cannot have exportTo beyond current namespace');
    } else if (seen.size > 1) {
      findings.error('destination rule with workload selector cannot have multiple entries in exportTo');
    }
  }
  if (seen.has('*') && entries.length > 1) {
    findings.error('cannot have both public (*) and non-public exportTo values for a resource');
  }
  if (seen.has('~') && entries.length > 1) {
    findings.error('cannot export service entry to no one (~) and someone');
  }
}

function visibilityMistake(entry: string): string | undefined {
  if (entry === '*') return undefined;
  if (entry === '~') return 'exportTo ~ (none) is not allowed for Istio configuration objects';
  return isDnsLabel(entry) ? undefined : 'only .,*, or a valid DNS 1123 label is allowed as exportTo entry';
}
