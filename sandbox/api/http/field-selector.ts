// Field selectors (k8s.io/apimachinery/pkg/fields/selector.go).

import type { AnyObject } from '../../kube/object.ts';
import type { ResourceType } from '../../schema/type.ts';
import { badRequest } from '../registry/refusals.ts';

export type FieldSelector = (object: AnyObject) => boolean;

/** `metadata.name=a,spec.nodeName!=b`. @throws BadRequest for a field the kind cannot be selected by */
export function fieldSelector(type: ResourceType, text: string): FieldSelector {
  const terms = text
    .split(/(?<!\\),/u)
    .filter((term) => term !== '')
    .map((term) => {
      const match = /^(?<field>[^=!]+?)\s*(?<operator>==|=|!=)\s*(?<value>.*)$/u.exec(term);
      if (match?.groups === undefined) {
        throw badRequest(`invalid selector: '${text}'; can't understand '${term}'`);
      }
      const { field = '', operator, value = '' } = match.groups;
      const read = readerOf(type, field);
      const wanted = value.replaceAll(/\\(?<special>[\\,=])/gu, '$<special>');
      return (object: AnyObject) => (read(object) === wanted) === (operator !== '!=');
    });
  return (object) => terms.every((matches) => matches(object));
}

function readerOf({ fields = {} }: ResourceType, field: string): (object: AnyObject) => string {
  if (field === 'metadata.name') return ({ metadata }) => metadata.name;
  if (field === 'metadata.namespace') return ({ metadata }) => metadata.namespace ?? '';
  const own = Object.hasOwn(fields, field) ? fields[field] : undefined;
  if (own !== undefined) return own;
  throw badRequest(`field label not supported: ${field}`);
}
