import type { AdmissionPlugin } from '../api/extension.ts';
import { StatusError } from '../kube/status-error.ts';
import { brokenRules } from './broken-rules.ts';
import { istioKinds } from './kinds.ts';
import { notExecutedWarnings } from './not-executed.ts';
import { validateIstio } from './validate.ts';

/**
 * What a cluster with Istio asks of Istio's objects beyond their schema: the CEL rules of the schema (422), then
 * istiod's validating webhook (400). Its warnings are passed on, and one is added for each field that this sandbox
 * does not execute.
 */
export function istioAdmission(): AdmissionPlugin {
  const groups = new Set(istioKinds.map(({ group }) => group));
  return {
    name: 'validation.istio.io',
    validate({ type, object, old, warn }) {
      if (object === undefined) return;
      // The mesh's own settings stand in one.
      if (type.group === '' && type.resource === 'configmaps') {
        for (const warning of notExecutedWarnings(object, old)) warn(warning);
        return;
      }
      if (!groups.has(type.group)) return;
      refuseBrokenRules(type, object);
      const { warnings, denial } = validateIstio(object);
      if (denial !== '') {
        throw new StatusError('', `admission webhook "validation.istio.io" denied the request: ${denial}`);
      }
      for (const warning of warnings) warn(warning);
      for (const warning of notExecutedWarnings(object, old)) warn(warning);
    },
  };
}

type Request = Parameters<NonNullable<AdmissionPlugin['validate']>>[0];

function refuseBrokenRules(
  { group, kind, versions }: Request['type'],
  object: NonNullable<Request['object']>,
): void {
  const schema = versions[0]?.schema();
  const causes = schema === undefined ? [] : brokenRules(schema, object);
  if (causes.length === 0) return;
  const said = causes.map(({ field, message }) => `${field}: ${message}`);
  const all = said.length === 1 ? said[0] : `[${said.join(', ')}]`;
  const { name = '' } = object.metadata;
  throw new StatusError('Invalid', `${kind}.${group} "${name}" is invalid: ${all}`, {
    name,
    group,
    kind,
    causes,
  });
}
