import type { AdmissionPlugin } from '../api/extension.ts';
import { StatusError } from '../kube/status-error.ts';
import type { NewObject } from '../kube/object.ts';
import {
  controllerName,
  gatewayGroup,
  type HttpRouteObject,
  type KubeGateway,
} from '../mesh/gateway-api/resources.ts';
import { brokenRules } from './broken-rules.ts';
import { builtinClasses } from '../mesh/gateway-api/classes.ts';

/**
 * The rules of the Gateway API's definitions that are written in CEL (422), and a `Warning:` for everything that the
 * sandbox stores and does not execute.
 */
export function gatewayApiAdmission(): AdmissionPlugin {
  return {
    name: 'gateway-api',
    validate({ type, object, old, warn }) {
      if (object === undefined || type.group !== gatewayGroup) return;
      refuseBrokenRules(object);
      const before = new Set(old === undefined ? [] : notExecuted(old));
      for (const found of notExecuted(object)) {
        if (!before.has(found)) warn(`${found}; the real thing runs with --engine kind`);
      }
    },
  };
}

function refuseBrokenRules(object: NewObject): void {
  const causes = brokenRules(object);
  if (causes.length === 0) return;
  const { kind } = object;
  const { name = '' } = object.metadata;
  const said = causes.map(({ field = '', message }) => `${field}: ${message}`);
  const all = said.length === 1 ? said[0] : `[${said.join(', ')}]`;
  throw new StatusError('Invalid', `${kind}.${gatewayGroup} "${name}" is invalid: ${all}`, {
    name,
    group: gatewayGroup,
    kind,
    causes,
  });
}

function notExecuted(object: NewObject): string[] {
  if (object.kind === 'GRPCRoute') return ['GRPCRoute is not executed by this sandbox (write an HTTPRoute)'];
  const paths = object.kind === 'Gateway' ? gatewayFields(object) : [];
  const found = object.kind === 'HTTPRoute' ? routeFields(object) : paths;
  return found.map(([path, why]) => `${object.kind} ${path} is not executed by this sandbox (${why})`);
}

type Field = readonly [path: string, why: string];

function gatewayFields(object: NewObject): Field[] {
  const { gatewayClassName, listeners = [] } = object['spec'] as Partial<KubeGateway['spec']>;
  const builtin = builtinClasses.find(({ name }) => name === gatewayClassName);
  const foreign: Field[] =
    builtin === undefined || builtin.controllerName === controllerName
      ? []
      : [['spec.gatewayClassName', `nothing runs the Gateways of ${builtin.name}`]];
  return [
    ...foreign,
    ...listeners.flatMap(({ protocol }, index): Field[] =>
      protocol === 'HTTP'
        ? []
        : [[`spec.listeners[${index}].protocol`, 'only HTTP listeners are: nothing listens on this port']],
    ),
  ];
}

function routeFields(object: NewObject): Field[] {
  const { parentRefs = [], rules = [] } = (object['spec'] ?? {}) as NonNullable<HttpRouteObject['spec']>;
  const known = new Set(['Gateway', 'Service']);
  return [
    ...parentRefs.flatMap(({ kind = 'Gateway' }, index): Field[] =>
      known.has(kind) ? [] : [[`spec.parentRefs[${index}]`, `a ${kind} is no parent here`]],
    ),
    ...rules.flatMap(({ filters = [] }, rule) =>
      filters.flatMap(({ type }, index): Field[] =>
        type === 'ExtensionRef'
          ? [[`spec.rules[${rule}].filters[${index}]`, 'Istio knows no extensions: the route has no effect']]
          : [],
      ),
    ),
  ];
}
