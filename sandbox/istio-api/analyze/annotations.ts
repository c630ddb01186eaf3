// Istio's annotations: ones nobody knows (IST0108), ones on the wrong kind (IST0107), deprecated ones (IST0135) and ones
// whose value means nothing (IST0125). A Deployment's are its own: those of its pods stand in its template.

import { annotationKinds, deprecatedAnnotations } from './known-annotations.ts';
import { annotationMistake } from './annotation-values.ts';
import type { Resources } from './resources.ts';
import type { AnyObject } from '../../kube/object.ts';
import type { Message } from './message.ts';

export const annotationMessages = (resources: Resources): Message[] =>
  ['Namespace', 'Service', 'Pod', 'Deployment'].flatMap((kind) =>
    resources.of(kind).flatMap((object) =>
      Object.entries(object.metadata.annotations ?? {})
        .filter(([name]) => isIstios(name) && !madeByIstio.has(name))
        .flatMap(([name, value]) => messagesOf(object, name, value)),
    ),
  );

const isIstios = (name: string): boolean =>
  name === 'kubernetes.io/ingress.class' || (name.split('/')[0] ?? '').endsWith('istio.io');

const madeByIstio = new Set([
  'sidecar.istio.io/status',
  'gateway.istio.io/controller-version',
  'istio.io/rev',
]);

function messagesOf(object: AnyObject, name: string, value: string): Message[] {
  const kinds = annotationKinds.get(name);
  if (kinds === undefined) {
    return [{ code: 'IST0108', level: 'Warning', object, text: `Unknown annotation: ${name}` }];
  }
  const deprecated = deprecation(object, name);
  if (kinds.includes('Any')) return deprecated;
  if (!kinds.includes(object.kind)) {
    const text = `Misplaced annotation: ${name} can only be applied to ${kinds.join(', ')}`;
    return [...deprecated, { code: 'IST0107', level: 'Warning', object, text }];
  }
  const mistake = annotationMistake(name, value);
  if (mistake === undefined) return deprecated;
  const text = `Invalid annotation ${name}: ${mistake}`;
  return [...deprecated, { code: 'IST0125', level: 'Warning', object, text }];
}

const inject = 'sidecar.istio.io/inject';

/** Who has the label as well as the annotation knows. */
function deprecation(object: AnyObject, name: string): Message[] {
  if (!deprecatedAnnotations.has(name)) return [];
  if (name === inject && object.metadata.labels?.[inject] !== undefined) return [];
  const instead = name === inject ? ` in favor of the "${inject}" label` : '';
  const text = `Annotation ${JSON.stringify(name)} has been deprecated${instead} and may not work in future Istio versions.`;
  return [{ code: 'IST0135', level: 'Info', object, text }];
}
