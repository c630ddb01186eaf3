import { expect, it } from 'vitest';
import { intendedBy, keyOf, wayTo } from '../../../../scripts/lab/why/intended.ts';
import { labOf, openStage, sh } from '../run/stage.ts';

const files: Readonly<Record<string, string>> = {
  'web.yaml': 'kind: Service\nmetadata: { name: web }\n---\nkind: Namespace\nmetadata: { name: shop }\n',
  'placed.yaml': 'kind: Service\nmetadata: { name: placed, namespace: own }\n',
};

it.each([
  ['kubectl -n shop apply -f web.yaml', ['Service shop/web', 'Namespace /shop']],
  ['kubectl apply --namespace=shop -f web.yaml', ['Service shop/web', 'Namespace /shop']],
  ['kubectl apply -f web.yaml', ['Service default/web', 'Namespace /shop']],
  ['kubectl apply -f placed.yaml', ['Service own/placed']],
  ['kubectl -n shop apply -f web.yaml; kubectl -n shop delete -f web.yaml', []],
])('%s makes %j', (command, keys) => {
  const lab = labOf(openStage({}, files), sh(command));
  const { objects } = intendedBy(lab, { step: 0, baseFiles: [], read: (path) => files[path] });
  expect(objects.map(({ object }) => keyOf(object))).toEqual(keys);
});

it('keeps the command of a Solution for the learner to find, as long as its step is the last', () => {
  const answer = `<details><summary>Solution</summary>\n\n${sh('kubectl apply -f placed.yaml')}\n\n</details>`;
  const lab = labOf(openStage({}, files), answer, sh('kubectl apply -f web.yaml'));
  const ways = (step: number): readonly string[] =>
    intendedBy(lab, { step, baseFiles: [], read: (path) => files[path] }).objects.map(wayTo);
  expect(ways(0)).toEqual(["write Service placed as the step says; solve shows the lab's own"]);
  expect(ways(1)[0]).toBe('kubectl apply -f placed.yaml');
});
