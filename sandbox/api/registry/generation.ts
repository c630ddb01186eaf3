import type { ResourceType } from '../../schema/type.ts';
import type { RegistryContext } from './context.ts';

/** Which kinds count their changes (their strategies in Kubernetes 1.32 do; pods came later). */
export function hasGeneration({ types }: RegistryContext, type: ResourceType): boolean {
  if (types.isCustom(type) || type.resource === 'endpointslices') return true;
  return type.group !== '' && type.subresources.status;
}
