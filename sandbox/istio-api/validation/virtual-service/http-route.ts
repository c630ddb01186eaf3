import type { Findings } from '../findings.ts';
import { authorityMistake, headerOperations } from '../headers.ts';
import type { Message } from '../message.ts';
import { durationMistake, mirrorPercentage } from '../values.ts';
import { corsPolicy } from './cors.ts';
import { destination, httpDestinations } from './destinations.ts';
import { fault } from './fault.ts';
import { httpMatches } from './http-match.ts';
import { directResponse, redirectMistake, retries, rewriteMistake } from './http-actions.ts';

export function httpRoute(findings: Findings, route: Message, isDelegate: boolean): void {
  conflicts(findings, route, isDelegate);
  httpMatches(findings, route.list('match'));
  headerOperations(findings, route.child('headers'));
  corsPolicy(findings, route.child('corsPolicy'));
  fault(findings, route.child('fault'));
  mirrorPercent(findings, route);
  mirrorPercentage(findings, route.child('mirrorPercentage'), 'mirror_percentage');
  destination(findings, route.child('mirror'));
  mirrors(findings, route);
  findings.error(redirectMistake(route.child('redirect')));
  directResponse(findings, route.child('directResponse'));
  retries(findings, route.child('retries'));
  findings.error(
    rewriteMistake(route.child('rewrite')),
    authorityMistake(route.child('rewrite'), route.child('headers')),
  );
  httpDestinations(findings, route.list('route'));
  findings.error(durationMistake(route, 'timeout'));
}

function conflicts(findings: Findings, route: Message, isDelegate: boolean): void {
  const has = (field: string): boolean => route.has(field);
  if (!isDelegate && has('delegate')) {
    for (const field of ['redirect', 'route']) {
      if (has(field)) findings.error(`root HTTP route ${route.text('name')} must not specify ${field}`);
    }
    return;
  }
  if (has('delegate')) findings.error('delegate HTTP route cannot contain delegate');
  const hasRoute = route.list('route').length > 0;
  const cannot = (part: string, both: string): void => {
    findings.error(`HTTP ${part} cannot contain both ${both}`);
  };
  if (has('redirect')) {
    if (hasRoute) cannot('route', 'route and redirect');
    if (has('fault')) cannot('route', 'fault and redirect');
    if (has('rewrite')) cannot('route rule', 'rewrite and redirect');
    if (has('directResponse')) cannot('route rule', 'direct_response and redirect');
  } else if (has('directResponse')) {
    if (hasRoute) cannot('route', 'route and direct_response');
    if (has('fault')) cannot('route', 'fault and direct_response');
    if (has('rewrite')) cannot('route rule', 'rewrite and direct_response');
  } else if (!hasRoute) {
    findings.error('HTTP route, redirect or direct_response is required');
  }
  if (has('mirror') && route.list('mirrors').length > 0) cannot('route', 'mirror and mirrors');
}

function mirrorPercent(findings: Findings, route: Message): void {
  const field = ['mirrorPercent', 'mirror_percent'].find((name) => route.has(name));
  if (field === undefined) return;
  const value = route.number(field);
  if (value > 100) findings.error(`mirror_percent must have a max value of 100 (it has ${value})`);
  findings.warn('using deprecated setting "mirrorPercent", use "mirrorPercentage" instead');
}

function mirrors(findings: Findings, route: Message): void {
  for (const mirror of route.list('mirrors')) {
    if (mirror.has('destination')) {
      destination(findings, mirror.child('destination'));
      mirrorPercentage(findings, mirror.child('percentage'), 'mirror percentage');
    } else findings.error('destination is required for mirrors');
  }
}
