import type { Findings } from './findings.ts';
import type { Message } from './message.ts';
import { policyTargets } from './policy-targets.ts';

/** Not checked here: the CEL expressions of access log filters. */
export function telemetry(findings: Findings, spec: Message): void {
  policyTargets(findings, spec);
  for (const metrics of spec.list('metrics')) {
    providers(findings, metrics);
    for (const override of metrics.list('overrides')) {
      for (const [, tag] of override.messages('tagOverrides')) tagOverride(findings, tag);
    }
  }
  const tracing = spec.list('tracing');
  if (tracing.length > 1) findings.warn('multiple tracing is not currently supported');
  for (const each of tracing) {
    if (each.list('providers').length > 1) findings.warn('multiple providers is not currently supported');
    providers(findings, each);
    const share = each.number('randomSamplingPercentage');
    if (share < 0 || share > 100) findings.error('randomSamplingPercentage must be in range [0.0, 100.0]');
    for (const [, tag] of each.messages('customTags')) customTag(findings, tag);
  }
  for (const logging of spec.list('accessLogging')) providers(findings, logging);
}

function providers(findings: Findings, part: Message): void {
  if (part.list('providers').some((provider) => provider.text('name') === '')) {
    findings.error('providers.name may not be empty');
  }
}

function tagOverride(findings: Findings, tag: Message): void {
  // UPSERT is protobuf's zero value.
  const operation = tag.text('operation') || 'UPSERT';
  const value = tag.text('value');
  if (operation === 'UPSERT' && value === '') {
    findings.error('tagOverrides.value must be set when operation is UPSERT');
  }
  if (operation === 'REMOVE' && value !== '') {
    findings.error('tagOverrides.value may only be set when operation is UPSERT');
  }
}

function customTag(findings: Findings, tag: Message): void {
  if (tag.child('literal')?.text('value') === '') findings.error('literal tag value may not be empty');
  if (tag.child('header')?.text('name') === '') findings.error('header tag name may not be empty');
  if (tag.child('environment')?.text('name') === '') {
    findings.error('environment tag name may not be empty');
  }
}
