import { describe, expect, it } from 'vitest';
import { createRatings } from '../../../apps/ratings/app.ts';
import { createReviews } from '../../../apps/reviews/app.ts';
import { saying, silent, Stage } from '../stage.ts';

const v1 = { ENABLE_RATINGS: 'false' };
const v2 = { ENABLE_RATINGS: 'true', STAR_COLOR: 'black' };
const v3 = { ENABLE_RATINGS: 'true', STAR_COLOR: 'red' };

const first =
  '"reviewer": "Reviewer1",  "text": "An extremely entertaining play by Shakespeare. The slapstick humour is refreshing!"';
const second =
  '"reviewer": "Reviewer2",  "text": "Absolutely fun and entertaining. The play lacks thematic depth when compared to other plays by Shakespeare."';
const unavailable = ', "rating": {"error": "Ratings service is currently unavailable"}';

function body(firstRating: string, secondRating: string): string {
  return `{"id": "0","podname": "pod-1","clustername": "null","reviews": [{  ${first}${firstRating}},{  ${second}${secondRating}}]}`;
}

describe('reviews', () => {
  it.each([
    ['v1', v1, '', ''],
    ['v2', v2, ', "rating": {"stars": 5, "color": "black"}', ', "rating": {"stars": 4, "color": "black"}'],
    ['v3', v3, ', "rating": {"stars": 5, "color": "red"}', ', "rating": {"stars": 4, "color": "red"}'],
  ])('%s spells its reviews to the byte', async (_version, env, one, two) => {
    const stage = Stage.open();
    await stage.start(createRatings, {}, 'ratings');
    const response = await fetch(`${await stage.start(createReviews, env)}/reviews/0`);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.text()).toBe(body(one, two));
  });

  it('v1 never asks for ratings', async () => {
    const stage = Stage.open();
    const requests = await stage.upstream('ratings:9080', silent);
    const response = await fetch(`${await stage.start(createReviews, v1)}/reviews/0`);
    expect([response.status, requests.length]).toEqual([200, 0]);
  });

  it.each([
    ['/health', 200, '{"status": "Reviews is healthy"}'],
    ['/reviews/x', 404, 'Not Found\n'],
    ['/', 404, 'Not Found\n'],
  ])('answers %s with %i', async (path, status, text) => {
    const response = await fetch((await Stage.open().start(createReviews)) + path);
    expect([response.status, await response.text()]).toEqual([status, text]);
  });

  it.each([
    ['cannot be found', undefined, unavailable, unavailable],
    ['answers 503', saying(503, '{}'), unavailable, unavailable],
    ['answers with no JSON', saying(200, '<'), unavailable, unavailable],
    [
      'lacks a reviewer',
      saying(200, '{"ratings":{"Reviewer2":1}}'),
      unavailable,
      ', "rating": {"stars": 1, "color": "red"}',
    ],
  ])('says so when ratings %s', async (_what, listener, one, two) => {
    const stage = Stage.open();
    if (listener !== undefined) await stage.upstream('ratings:9080', listener);
    const response = await fetch(`${await stage.start(createReviews, v3)}/reviews/0`);
    expect([response.status, await response.text()]).toEqual([200, body(one, two)]);
  });

  it.each([
    ['v2', v2, 10_000],
    ['v3', v3, 2_500],
  ])('%s waits for ratings as long as its stars say: %j, %i ms', async (_version, env, ms) => {
    const stage = Stage.open();
    await stage.upstream('ratings:9080', silent);
    const response = fetch(`${await stage.start(createReviews, env)}/reviews/0`);
    await expect.poll(() => stage.clock.pending).toBe(1);
    await stage.clock.advance(ms - 1);
    expect(stage.clock.pending).toBe(1);
    await stage.clock.advance(1);
    expect(await (await response).text()).toBe(body(unavailable, unavailable));
    expect(stage.log).toEqual([expect.stringContaining('unable to contact http://ratings:9080/ratings')]);
  });

  it('passes trace headers and end-user on, and nothing of its own choosing', async () => {
    const stage = Stage.open();
    const requests = await stage.upstream('ratings:9080', saying(200, '{}'));
    const url = await stage.start(createReviews, v2);
    const passed = {
      'x-request-id': 'r',
      'x-b3-traceid': 't',
      'x-b3-parentspanid': 'p',
      traceparent: '00-1-2-01',
      'end-user': 'jason',
      'user-agent': 'me',
      cookie: 'a=b',
    };
    await fetch(`${url}/reviews/0`, { headers: { ...passed, 'x-dark-launch': 'v2' } });
    expect(requests[0]?.headers).toEqual({
      ...passed,
      accept: 'application/json',
      host: 'ratings:9080',
      connection: 'close',
    });
  });

  it('finds ratings where its environment says', async () => {
    const stage = Stage.open();
    const requests = await stage.upstream('stars.shop:81', saying(200, '{}'));
    const env = { ...v2, RATINGS_HOSTNAME: 'stars', SERVICES_DOMAIN: 'shop', RATINGS_SERVICE_PORT: '81' };
    await fetch(`${await stage.start(createReviews, env)}/reviews/7`);
    expect(requests.map(({ url }) => url)).toEqual(['/ratings/7']);
  });
});
