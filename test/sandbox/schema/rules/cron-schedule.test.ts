import { describe, expect, it } from 'vitest';
import { scheduleMistake } from '../../../../sandbox/schema/rules/cron-schedule.ts';

describe('a schedule', () => {
  it.each([
    '* * * * *',
    '*/5 0-6,22 1 JAN-mar mon',
    '0 0 ? * 0/2',
    '@every 1h30m',
    '@midnight',
    'TZ=Europe/Berlin 0 9 * * 1-5',
    '  0   0 1 1 *  ',
    '5/15 * * * *',
  ])('may be %s', (schedule) => {
    expect(scheduleMistake(schedule)).toBeUndefined();
  });

  it.each([
    ['', 'empty spec string'],
    ['at noon', 'expected exactly 5 fields, found 2: [at noon]'],
    ['* * * * * *', 'expected exactly 5 fields, found 6: [* * * * * *]'],
    ['60 * * * *', 'end of range (60) above maximum (59): 60'],
    ['* 24 * * *', 'end of range (24) above maximum (23): 24'],
    ['* * 0 * *', 'beginning of range (0) below minimum (1): 0'],
    ['* * * 13 *', 'end of range (13) above maximum (12): 13'],
    ['* * * * 7', 'end of range (7) above maximum (6): 7'],
    ['5-1 * * * *', 'beginning of range (5) beyond end of range (1): 5-1'],
    ['*/0 * * * *', 'step of range should be a positive number: */0'],
    ['1-2-3 * * * *', 'too many hyphens: 1-2-3'],
    ['1/2/3 * * * *', 'too many slashes: 1/2/3'],
    ['x * * * *', 'failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax'],
    ['-5 * * * *', 'failed to parse int from : strconv.Atoi: parsing "": invalid syntax'],
    ['* * * foo *', 'failed to parse int from foo: strconv.Atoi: parsing "foo": invalid syntax'],
    ['@noon', 'unrecognized descriptor: @noon'],
    ['@every noon', 'failed to parse duration @every noon: time: invalid duration "noon"'],
    ['TZ=Nowhere * * * * *', 'provided bad location Nowhere: unknown time zone Nowhere'],
  ])('%j: %s', (schedule, mistake) => {
    expect(scheduleMistake(schedule)).toBe(mistake);
  });
});
