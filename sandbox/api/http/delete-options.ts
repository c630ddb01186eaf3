// What a deletion is asked to be (k8s.io/apimachinery, pkg/apis/meta/v1/validation).

import type { DeleteOptions } from '../../kube/cluster.ts';
import type { StatusCause } from '../../kube/status-error.ts';
import { modelSchema } from '../../schema/model/model-schema.ts';
import type { WriteOptions } from '../registry/context.ts';
import { badRequest, invalid, invalidValue } from '../registry/refusals.ts';
import { decodeBody, readBody, type Body } from './body.ts';
import { integer } from './list-options.ts';
import type { ApiContext, ResourceRequest } from './request.ts';
import { isTrue } from './respond.ts';
import { dryRunMistakes, optionsOf, unsupported } from './write-options.ts';

export interface Deletion {
  readonly deletion: DeleteOptions;
  readonly options: WriteOptions;
}

interface Asked extends DeleteOptions {
  readonly orphanDependents?: boolean;
  readonly dryRun?: readonly string[];
}

/** DeleteOptions of the body, or of the query where there is no body. @throws BadRequest, Invalid */
export async function deletionOf(context: ApiContext, request: ResourceRequest): Promise<Deletion> {
  const body = await readBody(request.message);
  const { query } = request;
  const asked = body.bytes.length === 0 ? fromQuery(query) : decoded(context, body);
  const dryRun = [...query.getAll('dryRun'), ...(asked.dryRun ?? [])];
  const causes = [...policyMistakes(asked), ...dryRunMistakes(dryRun)];
  if (causes.length > 0) throw invalid({ group: 'meta.k8s.io', kind: 'DeleteOptions' }, '', causes);
  const { propagationPolicy, orphanDependents, dryRun: _dryRun, ...deletion } = asked;
  const policy = propagationPolicy ?? (orphanDependents === true ? 'Orphan' : undefined);
  return {
    deletion: { ...deletion, ...(policy === undefined ? {} : { propagationPolicy: policy }) },
    options: { ...optionsOf(request), dryRun: dryRun.includes('All') },
  };
}

const schema = modelSchema('V1DeleteOptions');

function decoded({ schemas }: ApiContext, body: Body): Asked {
  const { value } = decodeBody(body);
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  const read = isObject ? schemas.withoutNulls(schema, { ...value }) : value;
  const [mistake] = schemas.decodeErrors(schema, read ?? '');
  if (mistake !== undefined) throw badRequest(mistake);
  const { propagationPolicy, gracePeriodSeconds, preconditions, orphanDependents, dryRun } = read as Asked;
  return known({ propagationPolicy, gracePeriodSeconds, preconditions, orphanDependents, dryRun });
}

function fromQuery(query: URLSearchParams): Asked {
  const grace = query.get('gracePeriodSeconds');
  return known({
    propagationPolicy: (query.get('propagationPolicy') ?? undefined) as Asked['propagationPolicy'],
    gracePeriodSeconds: grace === null ? undefined : integer(grace),
    orphanDependents: query.has('orphanDependents') ? isTrue(query.get('orphanDependents')) : undefined,
  });
}

const known = (fields: { readonly [name in keyof Asked]: Asked[name] | undefined }): Asked =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

const policies = ['Foreground', 'Background', 'Orphan'];

function policyMistakes({ propagationPolicy: policy, orphanDependents }: Asked): readonly StatusCause[] {
  if (policy === undefined) return [];
  return [
    ...(orphanDependents === undefined
      ? []
      : [
          invalidValue(
            'propagationPolicy',
            policy,
            'orphanDependents and deletionPropagation cannot be both set',
          ),
        ]),
    ...(policies.includes(policy)
      ? []
      : [unsupported('propagationPolicy', JSON.stringify(policy), [...policies, 'nil'])]),
  ];
}
