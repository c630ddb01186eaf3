import type { PersistentVolume, PersistentVolumeClaim, ResourceQuota } from 'kubernetes-types/core/v1.js';
import type { StorageClass } from 'kubernetes-types/storage/v1.js';
import type { KubeObject } from '../../kube/object.ts';
import { age, type Printer, printer, type Served } from './printer.ts';

export const persistentVolumePrinter = printer<Served<PersistentVolume>>(
  [
    'Capacity',
    'Access Modes',
    'Reclaim Policy',
    'Status',
    'Claim',
    'StorageClass',
    'VolumeAttributesClass',
    'Reason',
    'Age',
    'VolumeMode:wide',
  ],
  (object, now) => {
    const claim = object.spec?.claimRef;
    return [
      object.spec?.capacity?.['storage'] ?? '',
      accessModes(object.spec?.accessModes),
      object.spec?.persistentVolumeReclaimPolicy ?? '',
      phase(object, object.status?.phase),
      claim === undefined ? '' : `${claim.namespace}/${claim.name}`,
      object.spec?.storageClassName ?? '',
      object.spec?.volumeAttributesClassName ?? '<unset>',
      object.status?.reason ?? '',
      age(object, now),
      object.spec?.volumeMode ?? '<unset>',
    ];
  },
);

export const persistentVolumeClaimPrinter = printer<Served<PersistentVolumeClaim>>(
  [
    'Status',
    'Volume',
    'Capacity',
    'Access Modes',
    'StorageClass',
    'VolumeAttributesClass',
    'Age',
    'VolumeMode:wide',
  ],
  (object, now) => {
    const bound = object.spec?.volumeName ?? '';
    return [
      phase(object, object.status?.phase),
      bound,
      bound === '' ? '' : (object.status?.capacity?.['storage'] ?? ''),
      bound === '' ? '' : accessModes(object.status?.accessModes),
      object.spec?.storageClassName ?? '',
      object.spec?.volumeAttributesClassName ?? '<unset>',
      age(object, now),
      object.spec?.volumeMode ?? '<unset>',
    ];
  },
);

const phase = ({ metadata }: KubeObject, text: string | undefined): string =>
  metadata.deletionTimestamp === undefined ? (text ?? '') : 'Terminating';

const modes: Readonly<Record<string, string>> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
};

const accessModes = (list: readonly string[] | undefined): string =>
  Object.entries(modes)
    .filter(([mode]) => list?.includes(mode))
    .map(([, short]) => short)
    .join(',');

const storageClasses = printer<Served<StorageClass>>(
  ['Provisioner', 'ReclaimPolicy', 'VolumeBindingMode', 'AllowVolumeExpansion', 'Age'],
  (object, now) => [
    object.provisioner,
    object.reclaimPolicy ?? 'Delete',
    object.volumeBindingMode ?? 'Immediate',
    object.allowVolumeExpansion ?? false,
    age(object, now),
  ],
);

/** The name of the class that claims get without asking is marked. */
export const storageClassPrinter: Printer = {
  ...storageClasses,
  row: (object, now) => {
    const [name, ...cells] = storageClasses.row(object, now);
    const isDefault = object.metadata.annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true';
    return [isDefault ? `${name} (default)` : (name ?? ''), ...cells];
  },
};

export const resourceQuotaPrinter = printer<Served<ResourceQuota>>(
  ['Age', 'Request', 'Limit'],
  (object, now) => {
    const hard = object.status?.hard ?? {};
    const used = object.status?.used ?? {};
    const list = (limits: boolean): string =>
      Object.keys(hard)
        .filter((name) => name.startsWith('limits.') === limits)
        .toSorted()
        .map((name) => `${name}: ${used[name] ?? '0'}/${hard[name]}`)
        .join(', ');
    return [age(object, now), list(false), list(true)];
  },
);
