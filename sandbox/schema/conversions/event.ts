// events.k8s.io/v1 names the fields of the core group's events anew (pkg/apis/core/v1/conversion.go of events).

import type { AnyObject, NewObject } from '../../kube/object.ts';
import type { VersionConversion } from '../type.ts';

/** Names in the core group → names in events.k8s.io. The other fields are called the same. */
const names: Readonly<Record<string, string>> = {
  involvedObject: 'regarding',
  message: 'note',
  reportingComponent: 'reportingController',
  source: 'deprecatedSource',
  firstTimestamp: 'deprecatedFirstTimestamp',
  lastTimestamp: 'deprecatedLastTimestamp',
  count: 'deprecatedCount',
};
const back = Object.fromEntries(Object.entries(names).map(([core, events]) => [events, core]));

export const eventV1: VersionConversion = {
  fromStored: (object) => renamed(object, names),
  toStored: (object) => renamed(object, back),
};

function renamed<T extends AnyObject | NewObject>(object: T, to: Readonly<Record<string, string>>): T {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [to[name] ?? name, value])) as T;
}
