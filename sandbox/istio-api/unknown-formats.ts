import type { NewObject } from '../kube/object.ts';
import type { NotExecuted } from '../mesh/not-executed.ts';
import { compileFormat } from '../proxy/format/format.ts';
import { Message } from './validation/message.ts';

/** Header values of a VirtualService with formatters that Envoy has and the sandbox's proxy refuses. */
export function unknownFormats(object: NewObject): readonly NotExecuted[] {
  const spec = new Message(object['spec']);
  return spec.list('http').flatMap((rule, index) => {
    const at = `spec.http[${index}]`;
    return [
      ...inHeaders(rule.child('headers'), `${at}.headers`),
      ...rule
        .list('route')
        .flatMap((entry, place) => inHeaders(entry.child('headers'), `${at}.route[${place}].headers`)),
    ];
  });
}

function inHeaders(headers: Message | undefined, at: string): NotExecuted[] {
  return ['request', 'response'].flatMap((side) =>
    ['set', 'add'].flatMap((operation) =>
      (headers?.child(side)?.texted(operation) ?? [])
        .filter(([name]) => !isAuthority(name))
        .flatMap(([name, value]) => unknownFormat(value, `${at}.${side}.${operation}[${name}]`)),
    ),
  );
}

// A rewrite of the host, which is plain text.
const isAuthority = (name: string): boolean => ['host', ':authority'].includes(name.toLowerCase());

function unknownFormat(value: string, field: string): NotExecuted[] {
  try {
    compileFormat(value, '', field);
    return [];
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return [{ field, reason: reason.replace(`${field}: `, '') }];
  }
}
