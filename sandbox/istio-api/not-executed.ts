// Nothing is ignored in silence: kubectl prints a `Warning:` for what the mesh and the proxies do not execute.

import type { AnyObject, NewObject } from '../kube/object.ts';
import { kindsNotExecuted, notExecuted } from '../mesh/not-executed.ts';
import { unknownFormats } from './unknown-formats.ts';

/** One line per kind or field, in order of the object; only for what `old` did not have already. */
export function notExecutedWarnings(object: NewObject, old: NewObject | undefined): readonly string[] {
  const before = new Set(old === undefined ? [] : warningsFor(old));
  return warningsFor(object).filter((warning) => !before.has(warning));
}

const elsewhere = 'the real thing runs with --engine kind';

function warningsFor(object: NewObject): string[] {
  const { kind } = object;
  const whole = Object.hasOwn(kindsNotExecuted, kind) ? kindsNotExecuted[kind] : undefined;
  if (whole !== undefined) return [`${kind} is not executed by this sandbox (${whole}); ${elsewhere}`];
  const found = [
    ...notExecuted(object as AnyObject),
    ...(kind === 'VirtualService' ? unknownFormats(object) : []),
  ];
  return found.map(
    ({ field, reason }) => `${kind} ${field} is not executed by this sandbox (${reason}); ${elsewhere}`,
  );
}
