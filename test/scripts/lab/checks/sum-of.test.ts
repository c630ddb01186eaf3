import { expect, it } from 'vitest';
import { sumOf } from '../../../../scripts/lab/checks/sum-of.ts';

const text = `# TYPE calls counter
calls{code="200",response_code="500"} 1
calls{response_code="200",code="500"} 2
calls{response_code="200"} 4
calls_more{code="200"} 8
`;

it.each([
  [{}, 7],
  [{ code: '200' }, 1],
  [{ response_code: '200' }, 6],
  [{ code: '500', response_code: '200' }, 2],
  [{ code: '20' }, 0],
])('counts the series that have %o, and no label that only ends so', (labels, sum) => {
  expect(sumOf(text, 'calls', labels)).toBe(sum);
});
