import { describe, expect, it } from 'vitest';
import { compileJsonPath } from '../../../scripts/kubectl/jsonpath/template.ts';

const object = {
  kind: 'List',
  items: [
    { name: 'a', port: 80, labels: { 'app.io/x': 'one' }, tags: ['p', 'q'] },
    { name: 'b', port: 443, ready: true },
  ],
};

describe('JSONPath templates', () => {
  it.each([
    ['{.kind}', 'List'],
    ['kind is {.kind}!', 'kind is List!'],
    ['{.items[0].name}', 'a'],
    ['{.items[-1].name}', 'b'],
    ['{.items[*].name}', 'a b'],
    ['{.items[0:1].name}', 'a'],
    ["{.items[0]['name','port']}", 'a 80'],
    ['{.items[0].labels.app\\.io/x}', 'one'],
    ["{.items[0].labels['app.io/x']}", 'one'],
    ['{.items[?(@.port==443)].name}', 'b'],
    ['{.items[?(@.name!="a")].name}', 'b'],
    ['{.items[?(@.port<100)].name}', 'a'],
    ['{.items[?(@.ready)].name}', 'b'],
    ['{..port}', '80 443'],
    ['{.items[0].tags}', '["p","q"]'],
    ['{.items[1].ready}', 'true'],
    ['{.missing.field}', ''],
    ['{range .items[*]}{.name}={.port}{"\\n"}{end}', 'a=80\nb=443\n'],
    ['{range .items[*]}{range .tags[*]}{@};{end}{end}', 'p;q;'],
    ['{range .items[*]}{$.kind}{end}', 'ListList'],
  ])('%s gives %j', (template, text) => {
    expect(compileJsonPath(template)(object)).toBe(text);
  });

  it.each([
    ['{.kind', 'unclosed action'],
    ['{end}', 'not in range, nothing to end'],
    ['{nope}', 'unrecognized identifier nope'],
    ['{.items[x]}', 'invalid array index x'],
    ['{"open}', 'unterminated quoted string'],
  ])('refuses %s: %s', (template, why) => {
    expect(() => compileJsonPath(template)).toThrow(`error: error parsing jsonpath ${template}, ${why}`);
  });

  it.each([
    ['{.items[5]}', 'array index out of bounds: index 5, length 2'],
    ['{.items[?(@.port=="80")]}', 'incompatible types for comparison'],
    ['{.kind[0]}', 'List is not array or slice'],
  ])('cannot take %s of the object: %s', (template, why) => {
    expect(() => compileJsonPath(template)(object)).toThrow(why);
  });
});
