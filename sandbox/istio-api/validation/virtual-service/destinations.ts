import type { Findings } from '../findings.ts';
import { headerOperations } from '../headers.ts';
import type { Message } from '../message.ts';
import { isDnsLabel, wildcardDomainMistake } from '../names.ts';
import { portMistake } from '../values.ts';

/** The weighted destinations of an HTTP rule. */
export function httpDestinations(findings: Findings, entries: readonly Message[]): void {
  weighted(findings, entries, (entry) => headerOperations(findings, entry.child('headers')));
}

/** The weighted destinations of a TCP or TLS rule. */
export function connectionDestinations(findings: Findings, entries: readonly Message[]): void {
  weighted(findings, entries, () => undefined);
}

function weighted(findings: Findings, entries: readonly Message[], more: (entry: Message) => void): void {
  for (const entry of entries) {
    if (!entry.has('destination')) findings.listed('destination is required');
    more(entry);
    destination(findings, entry.child('destination'));
    const weight = entry.number('weight');
    if (weight < 0) findings.error(`weight ${weight} < 0`);
  }
  const total = entries.reduce((sum, entry) => sum + entry.number('weight'), 0);
  if (entries.length > 1 && total === 0) findings.error('total destination weight = 0');
}

export function destination(findings: Findings, target: Message | undefined): void {
  if (target === undefined) return;
  const host = target.text('host');
  findings.error(host === '*' ? `invalid destination host ${host}` : wildcardDomainMistake(host));
  const subset = target.text('subset');
  if (subset !== '') findings.error(subsetNameMistake(subset));
  const port = target.child('port');
  if (port !== undefined) findings.error(portMistake(port.number('number')));
}

export function subsetNameMistake(name: string): string | undefined {
  if (name === '') return 'subset name cannot be empty';
  return isDnsLabel(name) ? undefined : `subset name is invalid: ${name}`;
}
