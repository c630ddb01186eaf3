import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApi, type OpenApi } from '../support/open-api.ts';
import { configMap, maps, request } from '../support/request.ts';

let api: OpenApi;
beforeAll(async () => {
  api = await openApi();
  await request(api, 'POST', maps, { body: configMap('there', { a: '1' }) });
});
afterAll(() => api.close());

describe('options of a write', () => {
  it.each([
    [
      'POST',
      '?dryRun=Some',
      'CreateOptions',
      'dryRun: Unsupported value: []string{"Some"}: supported values: "All"',
    ],
    [
      'PUT',
      '?fieldValidation=strict',
      'UpdateOptions',
      'fieldValidation: Unsupported value: "strict": supported values: "", "Ignore", "Strict", "Warn"',
    ],
    ['PATCH', '?force=true', 'PatchOptions', 'force: Forbidden: may not be specified for non-apply patch'],
    [
      'DELETE',
      '?propagationPolicy=Never',
      'DeleteOptions',
      'propagationPolicy: Unsupported value: "Never": supported values: "Foreground", "Background", "Orphan", "nil"',
    ],
    [
      'DELETE',
      '?propagationPolicy=Orphan&orphanDependents=true',
      'DeleteOptions',
      'propagationPolicy: Invalid value: "Orphan": orphanDependents and deletionPropagation cannot be both set',
    ],
    [
      'DELETE',
      '?dryRun=x',
      'DeleteOptions',
      'dryRun: Unsupported value: []string{"x"}: supported values: "All"',
    ],
  ])('%s with the options %s is Invalid', async (method, query, kind, message) => {
    const path = method === 'POST' ? maps : `${maps}/there`;
    const asked = method === 'DELETE' ? {} : { body: configMap('there') };
    const type = 'application/merge-patch+json';
    const answer = await request(api, method, path + query, method === 'PATCH' ? { ...asked, type } : asked);
    const [field] = message.split(': ');
    expect(answer.body).toMatchObject({
      reason: 'Invalid',
      code: 422,
      message: `${kind}.meta.k8s.io "" is invalid: ${message}`,
      details: { group: 'meta.k8s.io', kind, causes: [{ field }] },
    });
  });

  it.each([
    [null, 'json: cannot unmarshal string into Go value of type v1.DeleteOptions'],
    [[], 'json: cannot unmarshal array into Go value of type v1.DeleteOptions'],
    [
      { gracePeriodSeconds: 'soon' },
      'json: cannot unmarshal string into Go struct field DeleteOptions.gracePeriodSeconds of type int64',
    ],
    [
      { preconditions: { uid: 1 } },
      'json: cannot unmarshal number into Go struct field Preconditions.preconditions.uid of type string',
    ],
  ])('cannot read %j as options of a deletion', async (body, message) => {
    const answer = await request(api, 'DELETE', `${maps}/there`, { body });
    expect(answer.body).toMatchObject({ reason: 'BadRequest', message });
  });
});
