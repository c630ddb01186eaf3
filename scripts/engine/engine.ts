// What makes a cluster: two promises, a kubeconfig that works and localhost ports that answer.

/** In the order in which they are offered. */
export const engineNames = ['kind', 'sandbox', 'cluster'] as const;
export type EngineName = (typeof engineNames)[number];

export interface EngineStatus {
  readonly state: 'up' | 'down';
  /** Host port of the gateway, when it is up. */
  readonly portBase: number | undefined;
  /** One line for people: versions, process, where its log is. */
  readonly detail: string;
}

export interface Engine {
  readonly name: EngineName;
  status(signal: AbortSignal): Promise<EngineStatus>;
  /** Starts it, or finds it running. `note` is told what it waits for. */
  up(signal: AbortSignal, note: (text: string) => void): Promise<void>;
  /** Stops it and removes what it made. False when there was nothing to stop. */
  down(signal: AbortSignal): Promise<boolean>;
}
