// What `kubectl wait --for=…` says.

import { failure } from '../failure.ts';
import { compileRelaxedPath } from '../jsonpath/template.ts';
import type { KubeObject } from '../objects/object.ts';

export type Goal =
  | { readonly kind: 'delete' }
  | { readonly kind: 'create' }
  | { readonly kind: 'state'; readonly reached: (object: KubeObject) => boolean };

/** @throws KubectlError for words kubectl has no condition for */
export function readGoal(text: string): Goal {
  const lower = text.toLowerCase();
  if (lower === 'delete') return { kind: 'delete' };
  if (lower === 'create') return { kind: 'create' };
  const condition = /^condition=([^=]*)(?:=(.*))?$/.exec(text);
  if (condition !== null) {
    const [, type = '', status = 'true'] = condition;
    return { kind: 'state', reached: (object) => hasCondition(object, type, status) };
  }
  if (text.startsWith('jsonpath='))
    return { kind: 'state', reached: fieldReached(text.slice('jsonpath='.length)) };
  throw failure(`unrecognized condition: ${JSON.stringify(text)}`);
}

interface WithStatus extends KubeObject {
  readonly status?: {
    readonly observedGeneration?: number;
    readonly conditions?: readonly {
      readonly type?: string;
      readonly status?: string;
      readonly observedGeneration?: number;
    }[];
  };
}

/** A condition of an older generation says nothing of the present one. */
function hasCondition({ metadata, status }: WithStatus, type: string, wanted: string): boolean {
  const condition = status?.conditions?.find((one) => one.type?.toLowerCase() === type.toLowerCase());
  if (condition === undefined) return false;
  const observed = condition.observedGeneration ?? status?.observedGeneration;
  if (observed !== undefined && observed < (metadata?.generation ?? 0)) return false;
  return condition.status?.toLowerCase() === wanted.toLowerCase();
}

function fieldReached(text: string): (object: KubeObject) => boolean {
  const match = /^(\{.*\}|[^=]*)(?:=(.*))?$/s.exec(text.replaceAll(/^(['"])(.*)\1$/gs, '$2'));
  const [, path = '', value] = match ?? [];
  if (path === '') throw failure(`jsonpath wait condition must be in the form {.path}=value`);
  const field = compileRelaxedPath(path);
  const wanted = value?.replace(/^(['"])(.*)\1$/s, '$2');
  return (object) => {
    const found = field(object);
    if (found.length === 0) return false;
    if (wanted === undefined) return true;
    const [only, ...more] = found;
    if (more.length > 0) throw failure('given jsonpath expression matches more than one value');
    if (typeof only === 'object' && only !== null) {
      throw failure('jsonpath leads to a nested object or list which is not supported');
    }
    return String(only) === wanted;
  };
}
