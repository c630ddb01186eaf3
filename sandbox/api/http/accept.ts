// Content negotiation (k8s.io/apiserver/pkg/endpoints/handlers/negotiation).

import { StatusError } from '../../kube/status-error.ts';

export interface AcceptedType {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** What an object is to be sent as. */
export interface Representation {
  readonly as: 'Object' | 'Table' | 'PartialObjectMetadata' | 'PartialObjectMetadataList';
}

/** Media types of an Accept header, the preferred first; everything when there is none. */
export function acceptedTypes(header = '*/*'): readonly AcceptedType[] {
  return header
    .split(',')
    .map((each) => {
      const [type = '', ...parameters] = each.split(';').map((part) => part.trim());
      const pairs = parameters.map((part): [string, string] => {
        const at = part.indexOf('=');
        return at === -1 ? [part, ''] : [part.slice(0, at), part.slice(at + 1)];
      });
      return { type: type.toLowerCase(), parameters: new Map(pairs) };
    })
    .filter(({ type }) => type !== '')
    .toSorted((a, b) => quality(b) - quality(a));
}

/** @throws NotAcceptable when the client takes none of the forms an object can be sent in */
export function representation(header: string | undefined): Representation {
  for (const { type, parameters } of acceptedTypes(header)) {
    if (!servedTypes.has(type)) continue;
    const as = parameters.get('as');
    if (as === undefined) return { as: 'Object' };
    const isMeta = parameters.get('g') === 'meta.k8s.io' && parameters.get('v') === 'v1';
    if (isMeta && isRepresentation(as)) return { as };
  }
  throw new StatusError(
    'NotAcceptable',
    'only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf',
  );
}

/** Protobuf is among them only to be answered in JSON, which every client of it reads as well. */
const servedTypes = new Set([
  '*/*',
  'application/*',
  'application/json',
  'application/yaml',
  'application/vnd.kubernetes.protobuf',
]);

const isRepresentation = (as: string): as is Representation['as'] =>
  as === 'Table' || as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList';

const quality = ({ parameters }: AcceptedType): number => Number(parameters.get('q') ?? 1);
