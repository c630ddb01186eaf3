// The programs of the track, fetched where they are missing, and put where the lab's shell finds them.

import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { TaskContext } from '../../setup/task.ts';
import type { LabDir } from '../../state/lab-dir.ts';
import { ensureTool } from '../../tools/ensure-tool.ts';
import type { ToolName, Track } from '../../tools/releases.ts';

/** Comes before the user's PATH in a lab's shell: an old cluster wants an old kubectl. */
export const toolFolder = ({ kind }: LabDir): string => join(kind, 'bin');

export interface ToolsOptions {
  readonly labDir: LabDir;
  readonly track: Track;
  readonly env: NodeJS.ProcessEnv;
}

export async function bringTool(
  name: ToolName,
  { labDir, track, env }: ToolsOptions,
  { signal, note }: TaskContext,
): Promise<void> {
  const program = await ensureTool(name, { labDir, signal, note, track, env });
  const folder = toolFolder(labDir);
  mkdirSync(folder, { recursive: true });
  const link = join(folder, name);
  rmSync(link, { force: true });
  symlinkSync(program, link);
}
