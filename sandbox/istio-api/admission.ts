import type { AdmissionPlugin } from '../api/extension.ts';
import { StatusError } from '../kube/status-error.ts';
import { brokenRules } from './broken-rules.ts';
import { istioCrds } from './crds.ts';

/** What a cluster asks of Istio's objects beyond their schema. */
export function istioAdmission(): AdmissionPlugin {
  const groups = new Set(istioCrds().map(({ spec }) => spec['group']));
  return {
    name: 'istio',
    validate({ type, object }) {
      if (object === undefined || !groups.has(type.group)) return;
      const schema = type.versions[0]?.schema();
      const causes = schema === undefined ? [] : brokenRules(schema, object);
      if (causes.length === 0) return;
      const said = causes.map(({ field, message }) => `${field ?? ''}: ${message}`);
      const all = said.length === 1 ? said[0] : `[${said.join(', ')}]`;
      const name = object.metadata.name ?? '';
      throw new StatusError('Invalid', `${type.kind}.${type.group} "${name}" is invalid: ${all}`, {
        name,
        group: type.group,
        kind: type.kind,
        causes,
      });
    },
  };
}
