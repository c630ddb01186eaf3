import type { Pod } from '../../kube/resources.ts';
import { badRequest } from '../registry/refusals.ts';

/** The container asked for, or the pod's only or default one. @throws BadRequest naming the choices */
export function containerOf({ metadata, spec }: Pod, asked: string | null): string {
  const containers = (spec?.containers ?? []).map(({ name }) => name);
  const inits = (spec?.initContainers ?? []).map(({ name }) => name);
  if (asked !== null && asked !== '') {
    if (containers.includes(asked) || inits.includes(asked)) return asked;
    throw badRequest(`container ${asked} is not valid for pod ${metadata.name}`);
  }
  const byDefault = metadata.annotations?.['kubectl.kubernetes.io/default-container'];
  if (byDefault !== undefined && containers.includes(byDefault)) return byDefault;
  const [only, ...others] = containers;
  if (only !== undefined && others.length === 0) return only;
  const alsoInits = inits.length === 0 ? '' : ` or one of the init containers: [${inits.join(' ')}]`;
  throw badRequest(
    `a container name must be specified for pod ${metadata.name}, choose one of: [${containers.join(' ')}]${alsoInits}`,
  );
}
