// What istiod's webhook says of an object, as findings: IST0106, IST0130, IST0131 and IST0133.

import { validateIstio } from '../validate.ts';
import type { AnyObject } from '../../kube/object.ts';
import type { Message } from './message.ts';

export function schemaMessages(object: AnyObject): Message[] {
  const { errors, warnings } = validateIstio(object);
  return [
    ...errors.map((error): Message => {
      return { code: 'IST0106', level: 'Error', object, text: `Schema validation error: ${error}` };
    }),
    ...warnings.map((warning) => warningOf(object, warning)),
  ];
}

/** Istio's two warnings about rules that no request reaches have codes of their own. */
function warningOf(object: AnyObject, warning: string): Message {
  const text = warning.replace(/^virtualService rule (?=.*\)$)/u, 'VirtualService rule ');
  if (text === warning)
    return { code: 'IST0133', level: 'Warning', object, text: `Schema validation warning: ${warning}` };
  return / match .* is not used /u.test(text)
    ? { code: 'IST0131', level: 'Info', object, text: `${text}.` }
    : { code: 'IST0130', level: 'Warning', object, text: `${text}.` };
}
