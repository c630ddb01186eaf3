import type { BuiltinKind } from '../builtin-type.ts';
import { eventV1 } from '../conversions/event.ts';
import {
  defaultCustomResourceDefinition,
  defaultPriorityClass,
  defaultStorageClass,
  defaultWebhooks,
} from '../defaults/cluster.ts';
import { customResourceDefinitionRules } from '../rules/crd.ts';
import { eventPrinter, leasePrinter, priorityClassPrinter, webhooksPrinter } from '../table/cluster.ts';
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
    applyDefaults: defaultWebhooks,
  },
  {
    ...admission,
    kind: 'ValidatingWebhookConfiguration',
    resource: 'validatingwebhookconfigurations',
    model: 'V1ValidatingWebhookConfiguration',
    applyDefaults: defaultWebhooks,
  },
  {
    group: 'apiextensions.k8s.io',
    version: 'v1',
    kind: 'CustomResourceDefinition',
    resource: 'customresourcedefinitions',
    model: 'V1CustomResourceDefinition',
    applyDefaults: defaultCustomResourceDefinition,
    validate: customResourceDefinitionRules,
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
    group: 'events.k8s.io',
    version: 'v1',
    kind: 'Event',
    resource: 'events',
    model: 'EventsV1Event',
    viewOf: { group: '', resource: 'events' },
    conversion: eventV1,
    printer: eventPrinter,
    shortNames: ['ev'],
    status: false,
  },
  {
    group: 'scheduling.k8s.io',
    version: 'v1',
    kind: 'PriorityClass',
    resource: 'priorityclasses',
    model: 'V1PriorityClass',
    applyDefaults: defaultPriorityClass,
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
    applyDefaults: defaultStorageClass,
    printer: storageClassPrinter,
    shortNames: ['sc'],
    namespaced: false,
    status: false,
  },
];
