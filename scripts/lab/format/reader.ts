// What every part of the parser works with: the text, the mistakes found so far, and the world around the lab.

import type { ParseCheck } from '../checks/check.ts';
import type { Source } from './place.ts';
import type { Problems } from './problem.ts';

/** What a lab's text is held against. */
export interface LabContext {
  readonly parseCheck: ParseCheck;
  /** The applications front matter can ask for. */
  readonly apps: readonly string[];
  readonly files: ProjectFiles;
}

/** The project's files; paths are relative to its root. */
export interface ProjectFiles {
  /** True for a file and for a folder. */
  exists(path: string): boolean;
  /** The text of a file, or undefined when there is none. */
  read(path: string): string | undefined;
}

export interface Reader extends LabContext {
  readonly source: Source;
  readonly problems: Problems;
}
