// Rules of role bindings (pkg/apis/rbac/validation).

import type { RoleRef } from 'kubernetes-types/rbac/v1.js';
import type { AnyObject } from '../../kube/object.ts';
import { invalid, notSupported, required } from '../cause.ts';
import { sameJson } from '../json.ts';
import type { Causes } from './check.ts';
import { GoValue } from './go-value.ts';

const group = 'rbac.authorization.k8s.io';

/** `kinds`: what a binding of this kind may refer to. */
export const bindingRules =
  (kinds: readonly string[]) =>
  (object: AnyObject, old: AnyObject | undefined): Causes => {
    const { apiGroup = group, kind = '', name = '' } = roleOf(object);
    return [
      ...(apiGroup === group ? [] : [notSupported('roleRef.apiGroup', apiGroup, [group])]),
      ...(kinds.includes(kind) ? [] : [notSupported('roleRef.kind', kind, kinds)]),
      ...(name === '' ? [required('roleRef.name')] : []),
      ...(name === '.' || name === '..' ? [invalid('roleRef.name', name, `may not be '${name}'`)] : []),
      ...(old === undefined || sameJson(roleOf(object), roleOf(old))
        ? []
        : [invalid('roleRef', goRole(roleOf(object)), 'cannot change roleRef')]),
    ];
  };

const roleOf = (object: AnyObject): Partial<RoleRef> => object['roleRef'] ?? {};

const goRole = ({ apiGroup = '', kind = '', name = '' }: Partial<RoleRef>): GoValue =>
  new GoValue(`rbac.RoleRef{APIGroup:"${apiGroup}", Kind:"${kind}", Name:"${name}"}`);
