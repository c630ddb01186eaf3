/**
 * Kubernetes' order of API versions, most preferred first: stable before beta before alpha, newer before older
 * (`v2`, `v1`, `v1beta2`, `v1beta1`, `v1alpha3`), anything else last, by name.
 */
export function byPriority(a: string, b: string): number {
  const [left, right] = [parse(a), parse(b)];
  if (left === undefined || right === undefined) {
    if (left === right) return a < b ? -1 : a > b ? 1 : 0;
    return left === undefined ? 1 : -1;
  }
  return right.stage - left.stage || right.major - left.major || right.minor - left.minor;
}

const stages = ['alpha', 'beta', ''];

function parse(version: string): { major: number; stage: number; minor: number } | undefined {
  const [matched, major = '', stage = '', minor = ''] = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version) ?? [];
  if (matched === undefined) return undefined;
  return { major: Number(major), stage: stages.indexOf(stage), minor: Number(minor) };
}
