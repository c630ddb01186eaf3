import { describe, expect, it } from 'vitest';
import type { Lab } from '../../../../scripts/lab/format/lab.ts';
import { parseLab } from '../../../../scripts/lab/format/parse-lab.ts';
import { readMutations, type ReadMutations } from '../../../../scripts/lab/mutate/read-mutations.ts';
import { contextOf, file, matter } from '../format/sample.ts';

const manifest = 'kind: Service\nmetadata: { name: web }\nspec: { ports: [{ port: 80 }] }\n';
const files = { 'labs/03-retries/web.yaml': manifest };

function lab(): Lab {
  const steps =
    '## Look\n\n```sh\nls\n```\n\n## Apply\n\n```sh\nkubectl apply -f labs/03-retries/web.yaml\n```\n';
  const { lab: parsed, problems } = parseLab(file, `${matter}\n${steps}`, contextOf(files));
  if (parsed === undefined) throw new Error(problems.map(({ message }) => message).join('\n'));
  return parsed;
}

const read = (text: string): ReadMutations =>
  readMutations('mutations.yaml', text, lab(), (path) => new Map(Object.entries(files)).get(path));

describe('mutations.yaml', () => {
  it('has texts to replace, in the step that applies the file', () => {
    expect(
      read(
        `- file: labs/03-retries/web.yaml\n  replace: 'port: 80'\n  with: 'port: 81'\n  rung: endpoints\n`,
      ),
    ).toEqual({
      problems: [],
      mutations: [
        {
          name: 'web.yaml: port: 80 → port: 81',
          step: 1,
          rung: 'endpoints',
          change: { kind: 'file', file: 'labs/03-retries/web.yaml', text: manifest.replace('80', '81') },
        },
      ],
    });
  });

  it('has commands to run and to undo, after a step', () => {
    expect(read('- what: gone\n  step: look\n  run: rm x\n  undo: touch x\n  rung: exists\n')).toMatchObject({
      problems: [],
      mutations: [{ name: 'gone', step: 0, change: { kind: 'command', run: 'rm x', undo: 'touch x' } }],
    });
  });

  it('may be empty', () => {
    expect(read('# none yet\n')).toEqual({ mutations: [], problems: [] });
  });

  it.each([
    ['a: 1', 1, 'Mutations are a list: write "- file: …" or "- step: …" for each'],
    ['- file: [', 1, expect.stringContaining('Not valid YAML')],
    [
      `- file: labs/03-retries/web.yaml\n  replace: 'port: 90'\n  with: x\n  rung: valid`,
      2,
      'replace must stand in labs/03-retries/web.yaml exactly once, and stands there 0 times',
    ],
    [
      `- file: labs/03-retries/web.yaml\n  replace: e\n  with: x\n  rung: valid`,
      2,
      expect.stringMatching(/exactly once, and stands there \d+ times/),
    ],
    [
      `- file: manifests/x.yaml\n  replace: e\n  with: x\n  rung: valid`,
      1,
      'No step applies manifests/x.yaml',
    ],
    [
      '- what: gone\n  step: aply\n  run: x\n  undo: x\n  rung: valid',
      2,
      'There is no step "aply" (did you mean apply?)',
    ],
    [
      '- what: gone\n  step: apply\n  run: x\n  undo: x\n  rung: exist',
      5,
      'rung must be one of exists, valid, accepted, reached, endpoints, traffic, distribution (did you mean exists?)',
    ],
    [
      '- what: gone\n  step: apply\n  run: x\n  undo: x\n  rung: valid\n  onlyif: y',
      6,
      expect.stringContaining('unknown key onlyif'),
    ],
  ])('%j is a mistake with a place', (text, line, message) => {
    const { problems, mutations } = read(text);
    expect(problems[0]).toMatchObject({ file: 'mutations.yaml', line, message, rule: 'bad-mutation' });
    expect(mutations).toEqual([]);
  });
});
