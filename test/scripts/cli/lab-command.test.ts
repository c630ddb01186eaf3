import { describe, expect, it } from 'vitest';
import { labUsage, parseLabCommand } from '../../../scripts/cli/lab-command.ts';

const cluster = { context: undefined, yes: false, installMesh: false };
const flags = { engine: undefined, cluster, json: false, junit: undefined, help: false };

describe('the words of npm run lab', () => {
  it.each([
    ['', { kind: 'list' }],
    ['list', { kind: 'list' }],
    ['lint', { kind: 'lint' }],
    ['new Rate limits', { kind: 'new', title: 'Rate limits' }],
    ['3 present', { kind: 'present', lab: 3, recorded: false }],
    ['3 present recorded', { kind: 'present', lab: 3, recorded: true }],
    ['3 present --from-recording', { kind: 'present', lab: 3, recorded: true }],
    ['3 notes', { kind: 'notes', lab: 3 }],
    ['3 rehearse', { kind: 'rehearse', lab: 3 }],
    ['lint explain', { kind: 'explain', rule: undefined }],
    ['lint explain title', { kind: 'explain', rule: 'title' }],
    ['3', { kind: 'learn', lab: 3 }],
    ['03', { kind: 'learn', lab: 3 }],
    ['3 verify', { kind: 'verify', lab: 3 }],
    ['all verify', { kind: 'verify', lab: 'all' }],
    ['3 reset', { kind: 'reset', lab: 3 }],
    ['3 record', { kind: 'record', lab: 3 }],
    ['3 why', { kind: 'why', lab: 3 }],
    ['3 goto 4', { kind: 'goto', lab: 3, step: '4' }],
    ['3 goto break-every-answer', { kind: 'goto', lab: 3, step: 'break-every-answer' }],
    ['3 diff', { kind: 'diff', lab: 3 }],
    ['3 solve', { kind: 'solve', lab: 3 }],
    ['3 mutate', { kind: 'mutate', lab: 3 }],
    ['all mutate', { kind: 'mutate', lab: 'all' }],
    ['analyze', { kind: 'analyze', files: [], namespace: 'default' }],
    ['analyze -n shop', { kind: 'analyze', files: [], namespace: 'shop' }],
    [
      'analyze -A -f a.yaml -f b.yaml',
      { kind: 'analyze', files: ['a.yaml', 'b.yaml'], namespace: undefined },
    ],
  ])('"%s" means %o', (words, command) => {
    expect(parseLabCommand(words.split(' ').filter(Boolean))).toEqual({ command, flags });
  });

  it('takes what is said of a cluster of yours', () => {
    const words = ['3', '--engine', 'cluster', '--context', 'class', '--yes', '--install-mesh'];
    expect(parseLabCommand(words).flags).toEqual({
      ...flags,
      engine: 'cluster',
      cluster: { context: 'class', yes: true, installMesh: true },
    });
  });

  it('takes flags before, between and after them', () => {
    expect(parseLabCommand(['--json', '3', '--engine', 'sandbox', 'verify', '--junit', 'x.xml'])).toEqual({
      command: { kind: 'verify', lab: 3 },
      flags: { ...flags, engine: 'sandbox', json: true, junit: 'x.xml' },
    });
  });

  it.each([
    ['three', '"three" is not one of: a lab number, all, list, lint, new, analyze'],
    ['constructor', '"constructor" is not one of: a lab number, all, list, lint, new, analyze'],
    [
      '3 verfy',
      '"verfy" is not one of: verify, why, solve, diff, reset, record, rehearse, notes, mutate, present, goto',
    ],
    ['all', 'A word is missing: verify, mutate'],
    ['all reset', '"reset" is not one of: verify, mutate'],
    ['3 goto', 'A word is missing: the number or the id of a step, as in npm run lab 3 goto 4'],
    ['3 goto 4 now', '"now" is one word too many'],
    ['3 solve 4', '"4" is one word too many'],
    ['3 verify now', '"now" is one word too many'],
    ['list 3', '"3" is one word too many'],
    ['lint expln', '"expln" is not one of: explain'],
    ['3 --fast', "Unknown option '--fast'"],
    ['3 --junit', "Option '--junit <value>' argument missing"],
    ['3 --engine docker', '--engine must be one of kind, sandbox, cluster, got "docker"'],
  ])('"%s" is refused with the choices', (words, message) => {
    expect(() => parseLabCommand(words.split(' '))).toThrow(
      expect.objectContaining({ message, exitCode: 1 }),
    );
  });
});

it('the usage fits into 80 columns', () => {
  expect(labUsage.split('\n').filter((line) => line.length > 80)).toEqual([]);
});
