import { describe, expect, it } from 'vitest';
import { explain, LabError } from '../../scripts/error.ts';

describe('explain', () => {
  it('shows the sentence, the evidence and the next step of a LabError, and no stack', () => {
    const error = new LabError('PORT_BUSY', 'Port 30000 is in use', {
      hint: 'LAB_PORT_BASE=31000 npm run lab 3',
      evidence: ['node, process 4711'],
    });
    expect(explain(error)).toBe(
      'Port 30000 is in use\n  node, process 4711\nNext: LAB_PORT_BASE=31000 npm run lab 3',
    );
  });

  it('shows the stack and the cause of any other error', () => {
    const text = explain(new TypeError('x is not a function', { cause: new Error('deep') }));
    expect(text).toContain('defect of Mesh Workshop');
    expect(text).toContain('TypeError: x is not a function');
    expect(text).toContain('error.test.ts');
    expect(text).toContain('deep');
  });

  it('shows thrown values that are not errors', () => {
    expect(explain({ odd: true })).toContain('{ odd: true }');
  });
});

describe('LabError', () => {
  it('exits with 1 unless told otherwise', () => {
    expect(new LabError('A', 'a').exitCode).toBe(1);
    expect(new LabError('A', 'a', { exitCode: 130 }).exitCode).toBe(130);
  });
});
