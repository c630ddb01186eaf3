import patches, { type Operation } from 'fast-json-patch';
import { StatusError } from '../../kube/status-error.ts';
import { badRequest } from '../registry/refusals.ts';

/** As many operations as Kubernetes takes in one patch. */
const operationLimit = 10_000;

/** RFC 6902. `target` is not changed. @throws BadRequest for what is no patch, Invalid when an operation fails */
export function jsonPatch(target: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch)) {
    throw badRequest(
      `error decoding patch: json: cannot unmarshal ${typeof patch} into Go value of type []handlers.jsonPatchOp`,
    );
  }
  if (patch.length > operationLimit) {
    throw new StatusError(
      'RequestEntityTooLarge',
      `Request entity too large: The allowed maximum operations in a JSON patch is ${operationLimit}, got ${patch.length}`,
    );
  }
  try {
    // The whole document can be replaced and tested, not removed or made of a part (evanphx/json-patch).
    const isWhole = ({ op, path, ...rest }: Operation): boolean =>
      (path === '' && op !== 'replace' && op !== 'test') || ('from' in rest && rest.from === '');
    if ((patch as Operation[]).some(isWhole)) throw new Error('doc is missing path');
    return patches.applyPatch(structuredClone(target), patch as Operation[], true, false).newDocument;
  } catch {
    // Kubernetes does not say which operation failed, nor why.
    throw new StatusError('Invalid', 'the server rejected our request due to an error in our request');
  }
}
