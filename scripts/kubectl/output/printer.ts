// `-o`: everything but tables.

import { kindName, type Resource } from '../api/resource.ts';
import { KubectlError } from '../failure.ts';
import type { KubeObject } from '../objects/object.ts';

export interface Printable {
  readonly resource: Resource;
  readonly object: KubeObject;
}

/** Text for the objects; `list`: they were asked for by kind rather than by one name. */
export type Printer = (objects: readonly Printable[], list: boolean) => string;

const formats = ['json', 'jsonpath', 'name', 'wide', 'yaml'];

/** undefined for the formats that are tables. @throws KubectlError for a format there is not */
export async function openPrinter(output: string | undefined): Promise<Printer | undefined> {
  if (output === undefined || output === '' || output === 'wide') return undefined;
  const [format = '', ...rest] = output.split('=');
  const template = rest.join('=');
  switch (format) {
    case 'name':
      return (objects) => objects.map((one) => `${nameOf(one)}\n`).join('');
    case 'json': {
      const { goJson } = await import('./go-json.ts');
      return (objects, list) => `${goJson(whole(objects, list), 4)}\n`;
    }
    case 'yaml': {
      const { goYaml } = await import('./go-yaml.ts');
      return (objects, list) => goYaml(whole(objects, list));
    }
    case 'jsonpath': {
      if (template === '') throw new KubectlError('error: template format specified but no template given');
      const { compileJsonPath } = await import('../jsonpath/template.ts');
      const render = compileJsonPath(template);
      return (objects, list) => render(whole(objects, list));
    }
    default:
      throw new KubectlError(
        `error: unable to match a printer suitable for the output format "${format}", this stand-in allows: ${formats.join(',')}`,
      );
  }
}

export const nameOf = ({ resource, object }: Printable): string =>
  `${kindName(resource)}/${object.metadata?.name ?? ''}`;

/** One object as it is, everything else as a List. */
function whole(objects: readonly Printable[], list: boolean): unknown {
  const [first] = objects;
  if (!list && objects.length === 1) return first?.object;
  return {
    apiVersion: 'v1',
    items: objects.map(({ object }) => object),
    kind: 'List',
    metadata: { resourceVersion: '' },
  };
}
