// `http`: one request, and what its answer must be.

import { curl, curlCommand, type Answer } from './curl.ts';
import type { Check } from './check.ts';
import { excerpt, linesOf } from './excerpt.ts';
import type { Fields } from './fields.ts';
import { readCall } from './http-call.ts';
import { observe, readModality, resultOf, type Observation } from './look.ts';
import { mismatch } from './match.ts';
import { refuseBoth } from './refuse-both.ts';
import * as written from './written.ts';

interface Expectation {
  /** 0: no answer at all. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly contains: string | undefined;
  readonly lacks: string | undefined;
  /** Partial match on the body as JSON. */
  readonly json: unknown;
}

/** Reads the mapping under `http:`. Modality and the rest stand beside it, in `outer`. */
export function readHttpCheck(title: string, fields: Fields, outer: Fields): Check {
  const call = readCall(fields);
  const expectation: Expectation = {
    status: fields.whole('status', { from: 200, to: 599, or: 0 }) ?? 200,
    headers: fields.texts('answers', written.headers),
    contains: fields.text('contains'),
    lacks: fields.text('lacks'),
    json: fields.value('json'),
  };
  checkTogether(expectation, fields);
  const modality = readModality(outer);
  return {
    title,
    kind: 'http',
    invariant: outer.flag('invariant') ?? false,
    aim: call.aim,
    async run(context, patience) {
      const startedAt = performance.now();
      const request = call.atBase(context.portBase);
      const look = async (signal: AbortSignal): Promise<Observation> => {
        const [answer] = await curl(request, 1, { env: context.env, signal });
        return judge(answer, expectation);
      };
      return resultOf(
        title,
        curlCommand(request),
        startedAt,
        await observe(look, modality, patience, context),
      );
    },
  };
}

/** What no answer can have all at once. */
function checkTogether({ status, contains, lacks }: Expectation, fields: Fields): void {
  const asked = ['answers', 'contains', 'lacks', 'json'].filter((key) => fields.has(key));
  if (status === 0 && asked.length > 0)
    fields.fail('status', `http.status 0 is no answer at all, and that has no ${asked.join(', no ')}`);
  fields.alone('head', ['contains', 'lacks', 'json']);
  refuseBoth(contains, lacks, fields);
}

function judge(answer: Answer | undefined, expectation: Expectation): Observation {
  const problems = [...differences(answer, expectation)];
  return {
    ok: problems.length === 0,
    observed: describe(answer, expectation),
    expected: describeExpected(expectation),
    ...(problems[0] === undefined ? {} : { reason: problems.join('; ') }),
    evidence: linesOf(answer?.body ?? '').slice(0, 5),
  };
}

function* differences(answer: Answer | undefined, expected: Expectation): Generator<string> {
  const status = answer?.status ?? 0;
  if (status !== expected.status)
    yield `the status is ${status === 0 ? 'missing' : status}, not ${expected.status}`;
  if (status === 0) return;
  for (const [name, value] of Object.entries(expected.headers)) {
    const actual = answer?.headers.get(name.toLowerCase());
    if (actual !== value)
      yield `header ${name} is ${actual === undefined ? 'missing' : `"${actual}"`}, not "${value}"`;
  }
  const body = answer?.body ?? '';
  if (expected.contains !== undefined && !body.includes(expected.contains)) {
    yield `the body does not contain "${expected.contains}"`;
  }
  if (expected.lacks !== undefined && body.includes(expected.lacks)) {
    yield `the body contains "${expected.lacks}"`;
  }
  if (expected.json !== undefined) {
    const problem = mismatch(expected.json, parsed(body), 'body');
    if (problem !== undefined) yield problem;
  }
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function describe(answer: Answer | undefined, { contains, lacks }: Expectation): string {
  if (answer === undefined || answer.status === 0) return 'no HTTP answer';
  const words = excerpt(answer.body, contains ?? lacks);
  return `HTTP ${answer.status}${words === undefined ? '' : ` "${words}"`}`;
}

function describeExpected({ status, headers, contains, lacks, json }: Expectation): string {
  return [
    status === 0 ? 'no HTTP answer' : `HTTP ${status}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ...(contains === undefined ? [] : [`a body with "${contains}"`]),
    ...(lacks === undefined ? [] : [`a body without "${lacks}"`]),
    ...(json === undefined ? [] : [`a body like ${JSON.stringify(json)}`]),
  ].join(', ');
}
