// The task list where there is no terminal: lines on standard output.

import { ListrLogger, ListrLogLevels, type LoggerFieldOptions } from 'listr2';

/** A failed task is marked, and no more: the entry point says what went wrong, once, on standard error. */
export class TaskLogger extends ListrLogger<ListrLogLevels> {
  override log(level: ListrLogLevels, message: string | unknown[], options?: LoggerFieldOptions): void {
    if (level !== ListrLogLevels.FAILED) super.log(level, message, options);
    else this.toStdout(`${this.icon(level)} ${String(message)}`);
  }
}
