import type { Findings } from '../findings.ts';
import { matchedNameMistake } from '../headers.ts';
import type { Message } from '../message.ts';
import { isDnsLabel, labels } from '../names.ts';
import { regexMatchMistake, stringMatchMistake } from '../string-match.ts';
import { portMistake } from '../values.ts';
import { gatewayNames } from './gateway-names.ts';

export function httpMatches(findings: Findings, matches: readonly Message[]): void {
  for (const match of matches) conditions(findings, match);
  for (const match of matches) whereItApplies(findings, match);
}

function conditions(findings: Findings, match: Message): void {
  for (const [name, value] of match.messages('headers')) {
    findings.error(matchedNameMistake(name), stringMatchMistake(value, 'headers'));
  }
  for (const [name, value] of match.messages('withoutHeaders')) {
    findings.error(matchedNameMistake(name));
    // `*` is no expression here: it means that the header is there.
    if (value.text('regex') !== '*') findings.error(stringMatchMistake(value, 'withoutHeaders'));
  }
  // Everything begins with an empty prefix, which Envoy allows for paths only.
  findings.error(
    regexMatchMistake(match.child('uri'), 'uri'),
    ...['scheme', 'method', 'authority'].map((field) => stringMatchMistake(match.child(field), field)),
    ...match.messages('queryParams').map(([, value]) => stringMatchMistake(value, 'queryParams')),
  );
}

function whereItApplies(findings: Findings, match: Message): void {
  const port = match.number('port');
  if (port !== 0) findings.error(portMistake(port));
  labels(findings, match, 'sourceLabels');
  findings.quietly(() => gatewayNames(findings, match.texts('gateways')));
  const namespace = match.text('sourceNamespace');
  if (namespace !== '' && !isDnsLabel(namespace)) {
    findings.error(`sourceNamespace match ${namespace} is invalid`);
  }
}
