import { expect, it } from 'vitest';
import { intendedBy, keyOf } from '../../../../scripts/lab/why/intended.ts';
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
