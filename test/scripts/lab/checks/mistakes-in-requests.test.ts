// What an author can get wrong in a check of requests: each mistake is one sentence with its place, and nothing that can
// never be green or never be red is a check.

import { expect, it } from 'vitest';
import { problemsOf } from './problems-of.ts';

it.each([
  ['', '0: a check is a mapping with one of: http, traffic, route, resource, metric, command'],
  [
    'http: {get: http://a/',
    '21: not valid YAML: Flow map in block collection must be sufficiently indented and end with a }',
  ],
  [
    'command:\n  run: curl -H "x: y" http://a/',
    '16: not valid YAML: a text with a colon and a blank in it stands between quotes, or on lines of its own below a |',
  ],
  [
    'htp: {}',
    '0: unknown key htp (did you mean http?); known here: command, http, metric, resource, route, traffic',
  ],
  ['{}', '0: a check needs exactly one of: http, traffic, route, resource, metric, command'],
  ['http:', '5: http must be a mapping'],
  ['http: []', '6: http must be a mapping'],
  ['http: {}', '6: http needs exactly one of: get, post, put, patch, delete, head, options'],
  [
    'http: { get: http://a/ }\ncommand: { run: x }',
    '34: a check needs exactly one of: http, traffic, route, resource, metric, command',
  ],
  [
    'http: { get: http://a/, post: http://a/ }',
    '30: http needs exactly one of: get, post, put, patch, delete, head, options',
  ],
  ['http: { get: localhost }', '13: http.get must be a URL that starts with http:// or https://'],
  [
    'http: { gett: http://a/ }',
    '8: unknown key http.gett (did you mean get?); known here: answers, body, contains, delete, get, head, headers, json, lacks, options, patch, post, put, status',
  ],
  ['http: { get: "http://a b/" }', '13: http.get must be a URL that starts with http:// or https://'],
  ['http: { get: http://a:99999/ }', '13: http.get is no address'],
  [
    'http: { get: http://a/, stauts: 200 }',
    '24: unknown key http.stauts (did you mean status?); known here: answers, body, contains, get, headers, json, lacks, status',
  ],
  ['http: { get: http://a/, status: ok }', '32: http.status must be a whole number from 200 to 599, or 0'],
  ['http: { get: http://a/, status: -1 }', '32: http.status must be a whole number from 200 to 599, or 0'],
  ['http: { get: http://a/, status: 99 }', '32: http.status must be a whole number from 200 to 599, or 0'],
  ['http: { get: http://a/, status: 200.5 }', '32: http.status must be a whole number from 200 to 599, or 0'],
  ['http: { get: http://a/, status: }', '32: http.status must be a whole number from 200 to 599, or 0'],
  [
    'http: { get: http://a/, status: 0, contains: x }',
    '32: http.status 0 is no answer at all, and that has no contains',
  ],
  ['http: { get: http://a/, contains: "" }', '34: http.contains must be text that is not empty'],
  ['http: { get: http://a/, contains: [x] }', '34: http.contains must be text that is not empty'],
  [
    'http: { get: http://a/, contains: a shop, lacks: shop }',
    '49: http.contains has the text of lacks in it, so it can never be green',
  ],
  ['http: { get: http://a/, headers: { x y: z } }', '40: "x y" in http.headers must be the name of a header'],
  ['http: { get: http://a/, headers: { x: "" } }', '38: http.headers.x must be text that is not empty'],
  ['http: { get: http://a/, headers: x }', '33: http.headers must be a mapping'],
  ['http: { get: http://a/, answers: { "x:": z } }', '41: "x:" in http.answers must be the name of a header'],
  ['http: { get: http://a/, json: }', '30: http.json must not be empty'],
  [
    'http: { head: http://a/, contains: x }',
    '14: http.head cannot be combined with contains or lacks or json',
  ],
  ['http: { head: http://a/, body: x }', '14: http.head cannot be combined with body'],
  [
    'http: { get: http://a/ }\nwithin: 5 minutes',
    '33: within must be a duration above zero, like 250ms, 30s or 2m',
  ],
  ['http: { get: http://a/ }\nwithin: 5h', '33: within must be a duration above zero, like 250ms, 30s or 2m'],
  ['http: { get: http://a/ }\nwithin: 30', '33: within must be a duration above zero, like 250ms, 30s or 2m'],
  [
    'http: { get: http://a/ }\nwithin: -5s',
    '33: within must be a duration above zero, like 250ms, 30s or 2m',
  ],
  ['http: { get: http://a/ }\nholds: 0s', '32: holds must be a duration above zero, like 250ms, 30s or 2m'],
  ['http: { get: http://a/ }\nnever: 5s\nwithin: 5s', '32: never cannot be combined with within or holds'],
  ['http: { get: http://a/ }\ninvariant: yes', '36: invariant must be true or false'],
  ['traffic: { get: http://a/ }', '9: traffic needs exactly one of: success, split, latency'],
  [
    'traffic: { success: 90% }',
    '9: traffic needs exactly one of: get, post, put, patch, delete, head, options',
  ],
  ['traffic: { get: http://a/, success: 0.9 }', '36: traffic.success must be a share above 0%, up to 100%'],
  ['traffic: { get: http://a/, success: 101% }', '36: traffic.success must be a share above 0%, up to 100%'],
  ['traffic: { get: http://a/, success: -5% }', '36: traffic.success must be a share above 0%, up to 100%'],
  ['traffic: { get: http://a/, success: 0% }', '36: traffic.success must be a share above 0%, up to 100%'],
  [
    'traffic: { get: http://a/, success: 99%, latency: { below: 5ms } }',
    '50: traffic needs exactly one of: success, split, latency',
  ],
  [
    'traffic: { get: http://a/, success: 99%, delta: 0% }',
    '48: traffic.delta must be a share above 0% and below 100%',
  ],
  [
    'traffic: { get: http://a/, success: 99%, delta: 100% }',
    '48: traffic.delta must be a share above 0% and below 100%',
  ],
  [
    'traffic: { get: http://a/, success: 50%, delta: 0.5% }',
    '48: traffic.delta 0.5 % takes some 92099 requests to be sure of, and a check sends at most 20000',
  ],
  [
    'traffic: { get: http://a/, success: 99%, parallel: 0 }',
    '51: traffic.parallel must be a whole number from 1 to 300',
  ],
  [
    'traffic: { get: http://a/, success: 99%, by: status }',
    '41: unknown key traffic.by; known here: body, delta, get, headers, parallel, success',
  ],
  [
    'traffic: { get: http://a/, success: 99% }\nwithin: 5s',
    '42: unknown key within; known here: invariant, traffic',
  ],
  ['traffic: { get: http://a/, latency: {} }', '36: traffic.latency.below is missing'],
  [
    'traffic: { get: http://a/, latency: { bellow: 5ms } }',
    '38: unknown key traffic.latency.bellow (did you mean below?); known here: below, share',
  ],
  [
    'traffic: { get: http://a/, latency: { below: 0ms } }',
    '45: traffic.latency.below must be a duration above zero, like 250ms, 30s or 2m',
  ],
  [
    'traffic: { get: http://a/, latency: { below: 5 ms } }',
    '45: traffic.latency.below must be a duration above zero, like 250ms, 30s or 2m',
  ],
  [
    'traffic: { get: http://a/, latency: { below: 5ms, share: 0% } }',
    '57: traffic.latency.share must be a share above 0%, up to 100%',
  ],
  [
    'traffic: { get: http://a/, by: status, split: { 200: 90% } }',
    '46: the shares of split must add up to 100%, got 90 %',
  ],
  [
    'traffic: { get: http://a/, by: status, split: {} }',
    '46: the shares of split must add up to 100%, got 0 %',
  ],
  [
    'traffic: { get: http://a/, by: status, split: { ok: 100% } }',
    '46: traffic.split names "ok", which by takes from no answer',
  ],
  [
    'traffic: { get: http://a/, by: status, split: { 200: 150%, 500: 50% } }',
    '53: traffic.split.200 must be a share from 0% to 100%',
  ],
  [
    'traffic: { get: http://a/, split: { a: 100% } }',
    '9: traffic.by must be status, { header: NAME }, { body: REGEX } or { contains: { NAME: TEXT } }',
  ],
  [
    'traffic: { get: http://a/, by: header, split: { a: 100% } }',
    '31: traffic.by must be status, { header: NAME }, { body: REGEX } or { contains: { NAME: TEXT } }',
  ],
  [
    'traffic: { get: http://a/, by: {}, split: { a: 100% } }',
    '31: traffic.by needs exactly one of: header, body, contains',
  ],
  [
    'traffic: { get: http://a/, by: { header: x, body: y }, split: { a: 100% } }',
    '50: traffic.by needs exactly one of: header, body, contains',
  ],
  [
    'traffic: { get: http://a/, by: { body: "(" }, split: { a: 100% } }',
    '39: traffic.by.body is not a regular expression: Invalid regular expression: /(/u: Unterminated group',
  ],
  [
    'traffic: { get: http://a/, by: { body: "v([12])" }, split: { v1: 100% } }',
    '59: traffic.split names "v1", which by takes from no answer',
  ],
  [
    'traffic: { get: http://a/, by: { contains: { a: x } }, split: { b: 100% } }',
    '62: traffic.split names "b", which by takes from no answer',
  ],
  [
    'traffic: { get: http://a/, by: { contains: { a: x, b: xy } }, split: { a: 50%, b: 50% } }',
    '43: an answer with the text of b has that of a as well, and is counted as a',
  ],
  [
    'traffic: { head: http://a/, by: { body: x }, split: { x: 100% } }',
    '32: traffic.by looks into bodies, and the answer to a HEAD has none',
  ],
])('%s', (yaml, problem) => {
  expect(problemsOf(yaml)).toEqual([problem]);
});
