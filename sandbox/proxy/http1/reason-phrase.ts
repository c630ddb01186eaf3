import { STATUS_CODES } from 'node:http';

/** What Envoy writes behind a status, whatever the upstream wrote (CodeUtility::toString). */
export function reasonPhrase(status: number): string {
  if (status === 599) return 'Last Unassigned Server Error Code';
  return unknown.has(status) ? 'Unknown' : (STATUS_CODES[status] ?? 'Unknown');
}

const unknown: ReadonlySet<number> = new Set([418, 451, 509]);
