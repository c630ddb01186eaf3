import type { AdmissionPlugin } from '../api/extension.ts';
import type { NewObject } from '../kube/object.ts';
import { crdSpec } from './crd-spec.ts';
import { celRules } from './validate.ts';

/** Warns whoever writes a CustomResourceDefinition of the CEL rules in it: they are kept, but not evaluated. */
export function celWarnings(): AdmissionPlugin {
  return {
    name: 'cel-warnings',
    validate({ type, object, old, warn }) {
      if (object === undefined || type.resource !== 'customresourcedefinitions') return;
      const known = new Set(old === undefined ? [] : rulesOf(old));
      for (const path of rulesOf(object)) {
        if (!known.has(path)) {
          warn(`${path}: x-kubernetes-validations is not evaluated in this sandbox; use --engine kind`);
        }
      }
    },
  };
}

/** `spec.versions[v1].schema: spec.hosts`, once for each version and field that has rules. */
const rulesOf = (crd: NewObject): readonly string[] =>
  crdSpec(crd).versions.flatMap(({ name, schema }) =>
    celRules(schema?.openAPIV3Schema ?? {}).map(
      (path) => `spec.versions[${name}].schema${path === '' ? '' : `: ${path}`}`,
    ),
  );
