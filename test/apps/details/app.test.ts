import { expect, it } from 'vitest';
import { createDetails } from '../../../apps/details/app.ts';
import { Stage } from '../stage.ts';

const book =
  '{"id":0,"author":"William Shakespeare","year":1595,"type":"paperback","pages":200,"publisher":"PublisherA","language":"English","ISBN-10":"1234567890","ISBN-13":"123-1234567890"}';

it.each([
  ['/details/0', 200, book],
  ['/details/17', 200, book.replace('"id":0', '"id":17')],
  ['/details/x', 400, '{"error":"please provide numeric product id"}'],
  ['/details', 400, '{"error":"please provide numeric product id"}'],
  ['/health', 200, '{"status":"Details is healthy"}'],
  ['/nothing', 404, 'Not Found\n'],
])('details answers %s with %i', async (path, status, body) => {
  const response = await fetch((await Stage.open().start(createDetails)) + path);
  expect([response.status, await response.text()]).toEqual([status, body]);
});

it('details says application/json', async () => {
  const response = await fetch(`${await Stage.open().start(createDetails)}/details/0`);
  expect(response.headers.get('content-type')).toBe('application/json');
});
