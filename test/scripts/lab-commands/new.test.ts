import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { newLab } from '../../../scripts/lab-commands/new.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'mesh-workshop-new-'));
  vi.stubEnv('LABS_DIR', join(root, 'labs'));
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

describe('a new lab', () => {
  it('has the next number, and its own name wherever the template has one', () => {
    expect([newLab('Rate limits'), newLab('Timeouts & "more"')]).toEqual([0, 0]);
    const text = readFileSync(join(root, 'labs/02-timeouts-more/README.md'), 'utf8');
    expect(text).toContain('lab: 2\n');
    expect(text).toContain('# Timeouts & "more"\n');
    expect(text).toContain('kubectl apply -f labs/02-timeouts-more/catalog-timeout.yaml');
    expect(text).not.toMatch(/A new lab|\b99\b/);
  });

  it('is not made for a title that no folder can be named after', () => {
    expect(() => newLab('재시도')).toThrow('"재시도" has no letter from a to z, and no digit');
    expect(existsSync(join(root, 'labs/01-'))).toBe(false);
  });
});
