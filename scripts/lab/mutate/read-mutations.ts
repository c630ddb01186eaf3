// `mutations.yaml` beside a lab's README.md: the wrong manifests and moves that its author has thought of.
//
//   - file: labs/05-weighted-routing/shop-front.yaml   applied by a step; this text in it …
//     replace: 'prefix: /assets/'
//     with: 'prefix: /assets'                          … becomes this
//     rung: distribution                               what why must name
//   - what: the chaos is off                           or: after the commands of a step
//     step: break-every-answer
//     run: kubectl …
//     undo: kubectl …
//     rung: traffic

import { isMap, isSeq, parseDocument, type YAMLMap } from 'yaml';
import { didYouMean } from '../../closest.ts';
import type { CheckProblem } from '../checks/check.ts';
import { readFields, type Fields } from '../checks/fields.ts';
import { maybeEmpty } from '../checks/written.ts';
import type { Lab } from '../format/lab.ts';
import { openSource } from '../format/place.ts';
import { Problems, type Problem } from '../format/problem.ts';
import { rungs, type Rung } from '../why/diagnosis.ts';
import { filesAppliedIn } from './applied-in.ts';
import type { Mutation } from './mutation.ts';

export interface ReadMutations {
  readonly mutations: readonly Mutation[];
  /** In the order of the text. */
  readonly problems: readonly Problem[];
}

/**
 * @param file path of the mutations.yaml, for the problems
 * @param read the text of a file of the project, or undefined when there is none
 */
export function readMutations(
  file: string,
  text: string,
  lab: Lab,
  read: (path: string) => string | undefined,
): ReadMutations {
  const document = parseDocument(text, { prettyErrors: false });
  const found: CheckProblem[] = document.errors.map(({ pos, message }) => ({
    offset: pos[0],
    message: `Not valid YAML: ${message}`,
  }));
  const mutations =
    found.length > 0
      ? []
      : entriesOf(document.contents, found).flatMap((entry) => readEntry(entry, lab, read, found));
  const source = openSource(file, text);
  const problems = new Problems();
  for (const { offset, message } of found) problems.add(source.placeAt(offset), 'bad-mutation', message);
  return { mutations, problems: problems.sorted };
}

function entriesOf(contents: unknown, problems: CheckProblem[]): readonly YAMLMap[] {
  // A file of comments alone.
  if (contents === null) return [];
  const entries = isSeq(contents) ? contents.items : [];
  if (isSeq(contents) && entries.every((entry) => isMap(entry))) return entries;
  problems.push({ offset: 0, message: 'Mutations are a list: write "- file: …" or "- step: …" for each' });
  return [];
}

function readEntry(
  map: YAMLMap,
  lab: Lab,
  read: (path: string) => string | undefined,
  problems: CheckProblem[],
): readonly Mutation[] {
  const before = problems.length;
  const fields = readFields(map, '', problems);
  const mutation = fields.has('file') ? readFile(fields, lab, read) : readCommand(fields, lab);
  fields.done();
  return mutation === undefined || problems.length > before ? [] : [mutation];
}

function readFile(
  fields: Fields,
  lab: Lab,
  read: (path: string) => string | undefined,
): Mutation | undefined {
  const file = fields.requiredText('file');
  const replace = fields.requiredText('replace');
  const by = fields.requiredAs('with', maybeEmpty);
  const rung = readRung(fields);
  const step = fields.has('step')
    ? readStep(fields, lab)
    : lab.steps.findIndex((each) => filesAppliedIn(each).includes(file));
  const text = read(file) ?? '';
  if (step === -1) fields.fail('file', `No step applies ${file}`);
  const times = replace === '' ? 0 : text.split(replace).length - 1;
  if (times !== 1)
    fields.fail('replace', `replace must stand in ${file} exactly once, and stands there ${times} times`);
  if (rung === undefined || step === -1) return undefined;
  const name = `${file.replace(/^.*\//, '')}: ${oneLine(replace)} → ${oneLine(by)}`;
  return { name, step, rung, change: { kind: 'file', file, text: text.replace(replace, () => by) } };
}

const oneLine = (text: string): string => {
  const short = text.trim().replaceAll(/\s*\n\s*/g, '; ');
  return short === '' ? 'nothing' : short;
};

function readCommand(fields: Fields, lab: Lab): Mutation | undefined {
  const name = fields.requiredText('what');
  const step = readStep(fields, lab);
  const run = fields.requiredText('run').trim();
  const undo = fields.requiredText('undo').trim();
  const rung = readRung(fields);
  if (rung === undefined || step === -1) return undefined;
  return { name, step, rung, change: { kind: 'command', run, undo } };
}

function readStep(fields: Fields, lab: Lab): number {
  const id = fields.requiredText('step');
  const ids = lab.steps.map((step) => step.id);
  if (id !== '' && !ids.includes(id)) fields.fail('step', `There is no step "${id}"${didYouMean(id, ids)}`);
  return ids.indexOf(id);
}

function readRung(fields: Fields): Rung | undefined {
  const text = fields.requiredText('rung');
  const rung = rungs.find((name) => name === text);
  if (rung === undefined && text !== '')
    fields.fail('rung', `rung must be one of ${rungs.join(', ')}${didYouMean(text, rungs)}`);
  return rung;
}
