import { describe, expect, it } from 'vitest';
import { createRatings } from '../../../apps/ratings/app.ts';
import { Stage } from '../stage.ts';

const usual = '{"id":0,"ratings":{"Reviewer1":5,"Reviewer2":4}}';
const unavailable = '{"error":"Service unavailable"}';

describe('ratings', () => {
  it.each([
    ['GET', '/ratings/0', '', 200, usual],
    ['GET', '/ratings/x', '', 400, '{"error":"please provide numeric product ID"}'],
    ['POST', '/ratings/x', '{}', 400, '{"error":"please provide numeric product ID"}'],
    ['POST', '/ratings/0', 'no JSON', 400, '{"error":"please provide valid ratings JSON"}'],
    ['GET', '/health', '', 200, '{"status":"Ratings is healthy"}'],
    ['GET', '/nothing', '', 404, ''],
    ['DELETE', '/ratings/0', '', 404, ''],
  ])('answers %s %s %s with %i', async (method, path, sent, status, body) => {
    const url = await Stage.open().start(createRatings);
    const response = await fetch(url + path, { method, ...(sent === '' ? {} : { body: sent }) });
    expect([response.status, await response.text()]).toEqual([status, body]);
  });

  it('keeps what was posted', async () => {
    const stage = Stage.open();
    const url = await stage.start(createRatings);
    const posted = await fetch(`${url}/ratings/3`, { method: 'POST', body: '{"Reviewer1":1}' });
    expect(await posted.text()).toBe('{"id":3,"ratings":{"Reviewer1":1}}');
    expect(await (await fetch(`${url}/ratings/3`)).text()).toBe('{"id":3,"ratings":{"Reviewer1":1}}');
    expect(await (await fetch(`${url}/ratings/0`)).text()).toBe(usual);
    expect(stage.log).toEqual(['POST /ratings/3', 'GET /ratings/3', 'GET /ratings/0']);
  });

  it('v2 cannot store', async () => {
    const url = await Stage.open().start(createRatings, { SERVICE_VERSION: 'v2' });
    expect((await fetch(`${url}/ratings/0`, { method: 'POST', body: '{}' })).status).toBe(501);
  });

  it.each([
    [0.5, 503, unavailable],
    [0.51, 200, usual],
  ])('v-faulty with a draw of %d answers %i', async (draw, status, body) => {
    const stage = Stage.open();
    stage.draws = [draw];
    const url = await stage.start(createRatings, { SERVICE_VERSION: 'v-faulty' });
    const response = await fetch(`${url}/ratings/0`);
    expect([response.status, await response.text()]).toEqual([status, body]);
  });

  it('v-delayed answers half of the requests after 7 s', async () => {
    const stage = Stage.open();
    stage.draws = [0.51, 0.5];
    const url = await stage.start(createRatings, { SERVICE_VERSION: 'v-delayed' });
    expect((await fetch(`${url}/ratings/0`)).status).toBe(200);
    const late = fetch(`${url}/ratings/0`);
    await expect.poll(() => stage.clock.pending).toBe(1);
    await stage.clock.advance(6_999);
    expect(stage.clock.pending).toBe(1);
    await stage.clock.advance(1);
    expect(await (await late).text()).toBe(usual);
  });

  it.each([
    ['v-unavailable', 60_000, 200],
    ['v-unhealthy', 900_000, 500],
  ])('%s is up and down for %i ms each; its health is %i meanwhile', async (version, phase, health) => {
    const stage = Stage.open();
    const url = await stage.start(createRatings, { SERVICE_VERSION: version });
    const statuses: number[] = [];
    for (const ms of [phase - 1, 1, phase - 1, 1]) {
      await stage.clock.advance(ms);
      statuses.push((await fetch(`${url}/ratings/0`)).status);
      if (statuses.length === 3) statuses.push((await fetch(`${url}/health`)).status);
    }
    expect(statuses).toEqual([200, 503, 503, health, 200]);
  });
});
