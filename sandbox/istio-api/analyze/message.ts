import { nameOf } from './resources.ts';
import type { AnyObject } from '../../kube/object.ts';

export type Level = 'Error' | 'Warning' | 'Info';

/** One finding, as `istioctl analyze` reports it. */
export interface Message {
  /** `IST0101`. */
  readonly code: string;
  readonly level: Level;
  readonly object: AnyObject;
  readonly text: string;
}

/** `Error [IST0101] (VirtualService default/web) Referenced host not found: "web"`. */
export function messageLine({ code, level, object, text }: Message): string {
  return `${level} [${code}] (${object.kind} ${nameOf(object)}) ${text}`;
}
