import { expect, it } from 'vitest';
import { labelSelector } from '../../../../sandbox/api/http/label-selector.ts';

const objects: Readonly<Record<string, Record<string, string>>> = {
  web: { app: 'web', tier: '2' },
  api: { app: 'api', tier: '10' },
  empty: { app: '', in: 'x' },
  none: {},
};
const selected = (text: string): readonly string[] => {
  const matches = labelSelector(text);
  return Object.keys(objects).filter((name) => matches(objects[name] ?? {}));
};

it.each<[string, string[]]>([
  ['', ['web', 'api', 'empty', 'none']],
  ['app', ['web', 'api', 'empty']],
  ['!app', ['none']],
  ['app=web', ['web']],
  ['app = web , tier', ['web']],
  ['app==web', ['web']],
  ['app=', ['empty']],
  ['app!=web', ['api', 'empty', 'none']],
  ['app in (web,api)', ['web', 'api']],
  ['app in(web, api),tier>5', ['api']],
  ['app in ()', ['empty']],
  ['app in (web,)', ['web', 'empty']],
  ['app notin (web)', ['api', 'empty', 'none']],
  ['tier<3', ['web']],
  ['in', ['empty']],
  ['in in (x)', ['empty']],
  ['app,!tier', ['empty']],
])('%j selects %j', (text, names) => {
  expect(selected(text)).toEqual(names);
});

it.each([
  ['=', "found '=', expected: !, identifier, or 'end of string'"],
  ['app,', "found '', expected: identifier after ','"],
  ['app web', "unable to parse requirement: found 'web', expected: in, notin, =, ==, !=, gt, lt"],
  ['app=web api', "found 'api', expected: ',' or 'end of string'"],
  ['app=(', "unable to parse requirement: found '(', expected: identifier"],
  ['!', "unable to parse requirement: found '', expected: identifier"],
  ['app in web', "unable to parse requirement: found 'web' expected: '('"],
  ['app in (web', "unable to parse requirement: found '', expected: ',' or ')'"],
  ['app in (web api)', "unable to parse requirement: found 'api', expected: ',' or ')'"],
  ['app in (=', "unable to parse requirement: found '=', expected: ',', ')' or identifier"],
  ['app in (web,=', "unable to parse requirement: found '=', expected: ',', or identifier"],
  [
    'tier>x',
    `unable to parse requirement: values[0]: Invalid value: "x": for 'Gt', 'Lt' operators, the value must be an integer`,
  ],
  ['app=-x', /^unable to parse requirement: values\[0\]\[app\]: Invalid value: "-x": a valid label must be/u],
  ['-x', /^unable to parse requirement: <nil>: Invalid value: "-x": name part must consist of/u],
])('%j is refused: %s', (text, message) => {
  expect(() => labelSelector(text)).toThrow(message);
});
