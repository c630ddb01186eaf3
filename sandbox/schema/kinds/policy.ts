import type { BuiltinKind } from '../builtin-type.ts';
import { defaultBinding, defaultEndpointSlice, defaultNetworkPolicy } from '../defaults/cluster.ts';
import { podDisruptionBudgetRules } from '../rules/policy.ts';
import { bindingRules } from '../rules/rbac.ts';
import { bindingPrinter } from '../table/cluster.ts';
import {
  endpointSlicePrinter,
  ingressClassPrinter,
  ingressPrinter,
  networkPolicyPrinter,
} from '../table/network.ts';
import { plainPrinter } from '../table/printer.ts';
import { podDisruptionBudgetPrinter } from '../table/workloads.ts';

const networking = { group: 'networking.k8s.io', version: 'v1' };
const rbac = { group: 'rbac.authorization.k8s.io', version: 'v1', status: false };

export const policyKinds: readonly BuiltinKind[] = [
  {
    ...networking,
    kind: 'IngressClass',
    resource: 'ingressclasses',
    model: 'V1IngressClass',
    printer: ingressClassPrinter,
    namespaced: false,
    status: false,
  },
  {
    ...networking,
    kind: 'Ingress',
    resource: 'ingresses',
    model: 'V1Ingress',
    printer: ingressPrinter,
    shortNames: ['ing'],
  },
  {
    ...networking,
    kind: 'NetworkPolicy',
    resource: 'networkpolicies',
    model: 'V1NetworkPolicy',
    applyDefaults: defaultNetworkPolicy,
    printer: networkPolicyPrinter,
    shortNames: ['netpol'],
    status: false,
  },
  {
    group: 'policy',
    version: 'v1',
    kind: 'PodDisruptionBudget',
    resource: 'poddisruptionbudgets',
    model: 'V1PodDisruptionBudget',
    validate: podDisruptionBudgetRules,
    printer: podDisruptionBudgetPrinter,
    shortNames: ['pdb'],
  },
  {
    ...rbac,
    kind: 'ClusterRoleBinding',
    resource: 'clusterrolebindings',
    model: 'V1ClusterRoleBinding',
    applyDefaults: defaultBinding,
    validate: bindingRules(['ClusterRole']),
    printer: bindingPrinter,
    namespaced: false,
  },
  {
    ...rbac,
    kind: 'ClusterRole',
    resource: 'clusterroles',
    model: 'V1ClusterRole',
    printer: plainPrinter,
    namespaced: false,
  },
  {
    ...rbac,
    kind: 'RoleBinding',
    resource: 'rolebindings',
    model: 'V1RoleBinding',
    applyDefaults: defaultBinding,
    validate: bindingRules(['Role', 'ClusterRole']),
    printer: bindingPrinter,
  },
  { ...rbac, kind: 'Role', resource: 'roles', model: 'V1Role', printer: plainPrinter },
  {
    group: 'discovery.k8s.io',
    version: 'v1',
    kind: 'EndpointSlice',
    resource: 'endpointslices',
    model: 'V1EndpointSlice',
    applyDefaults: defaultEndpointSlice,
    printer: endpointSlicePrinter,
    status: false,
  },
];
