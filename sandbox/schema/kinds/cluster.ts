import type { BuiltinKind } from '../builtin-type.ts';
import { leasePrinter, priorityClassPrinter, webhooksPrinter } from '../table/cluster.ts';
import { plainPrinter } from '../table/printer.ts';
import { storageClassPrinter } from '../table/storage.ts';

const admission = {
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  printer: webhooksPrinter,
  categories: ['api-extensions'],
  namespaced: false,
  status: false,
};

export const clusterKinds: readonly BuiltinKind[] = [
  {
    ...admission,
    kind: 'MutatingWebhookConfiguration',
    resource: 'mutatingwebhookconfigurations',
    model: 'V1MutatingWebhookConfiguration',
  },
  {
    ...admission,
    kind: 'ValidatingWebhookConfiguration',
    resource: 'validatingwebhookconfigurations',
    model: 'V1ValidatingWebhookConfiguration',
  },
  {
    group: 'apiextensions.k8s.io',
    version: 'v1',
    kind: 'CustomResourceDefinition',
    resource: 'customresourcedefinitions',
    model: 'V1CustomResourceDefinition',
    printer: plainPrinter,
    shortNames: ['crd', 'crds'],
    categories: ['api-extensions'],
    namespaced: false,
  },
  {
    group: 'coordination.k8s.io',
    version: 'v1',
    kind: 'Lease',
    resource: 'leases',
    model: 'V1Lease',
    printer: leasePrinter,
    status: false,
  },
  {
    group: 'scheduling.k8s.io',
    version: 'v1',
    kind: 'PriorityClass',
    resource: 'priorityclasses',
    model: 'V1PriorityClass',
    printer: priorityClassPrinter,
    shortNames: ['pc'],
    namespaced: false,
    status: false,
  },
  {
    group: 'storage.k8s.io',
    version: 'v1',
    kind: 'StorageClass',
    resource: 'storageclasses',
    model: 'V1StorageClass',
    printer: storageClassPrinter,
    shortNames: ['sc'],
    namespaced: false,
    status: false,
  },
];
