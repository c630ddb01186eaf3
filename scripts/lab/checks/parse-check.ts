// One `yaml check` fence as a check. The vocabulary is small on purpose; labs/README.md lists it.

import { isMap, parseDocument } from 'yaml';
import { yamlMistake } from '../format/yaml-mistake.ts';
import type { Check, CheckProblem, ParseCheck } from './check.ts';
import { readCommandCheck } from './command.ts';
import { readFields, type Fields } from './fields.ts';
import { readHttpCheck } from './http.ts';
import { readMetricCheck } from './metric.ts';
import { readResourceCheck } from './resource.ts';
import { readRouteCheck } from './route.ts';
import { readTrafficCheck } from './traffic.ts';

type Reader = (title: string, fields: Fields, outer: Fields) => Check;

const readers: Readonly<Record<Check['kind'], Reader>> = {
  http: readHttpCheck,
  traffic: readTrafficCheck,
  route: readRouteCheck,
  resource: readResourceCheck,
  metric: readMetricCheck,
  command: readCommandCheck,
};

export const checkKinds = Object.keys(readers) as readonly Check['kind'][];

export const parseCheck: ParseCheck = (title, yaml) => {
  const document = parseDocument(yaml, { prettyErrors: false });
  const problems: CheckProblem[] = document.errors.map((error) => ({
    offset: error.pos[0],
    message: yamlMistake(error),
  }));
  if (problems.length > 0) return { problems };
  if (!isMap(document.contents)) {
    return {
      problems: [{ offset: 0, message: `a check is a mapping with one of: ${checkKinds.join(', ')}` }],
    };
  }
  const outer = readFields(document.contents, '', problems);
  const check = readKind(title, outer);
  outer.done();
  return problems.length > 0 || check === undefined ? { problems } : { check };
};

/** Reads the mapping of a check. The schema for editors is made from what it asks for. */
export function readKind(title: string, outer: Fields): Check | undefined {
  const kind = outer.oneOf(checkKinds);
  const known = checkKinds.find((each) => each === kind);
  if (known === undefined || checkKinds.some((other) => other !== kind && outer.has(other))) return undefined;
  const fields = outer.map(known);
  if (fields === undefined) return undefined;
  const check = readers[known](title, fields, outer);
  fields.done();
  return check;
}
