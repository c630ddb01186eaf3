import type { AnyObject } from '../../kube/object.ts';
import { fieldSelector } from './field-selector.ts';
import { labelSelector } from './label-selector.ts';
import type { ResourceRequest } from './request.ts';

/** Whether an object is one the request asks for, by namespace, name and selectors. @throws BadRequest */
export function selectionOf({
  type,
  namespace,
  name,
  query,
}: ResourceRequest): (object: AnyObject) => boolean {
  const byLabels = labelSelector(query.get('labelSelector') ?? '');
  const byFields = fieldSelector(type, query.get('fieldSelector') ?? '');
  return (object) =>
    (namespace === '' || object.metadata.namespace === namespace) &&
    (name === undefined || object.metadata.name === name) &&
    byLabels(object.metadata.labels ?? {}) &&
    byFields(object);
}
