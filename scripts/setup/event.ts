// What happens to the tasks of a set-up, for those who show or record it.

export type SetUpEvent =
  /** `needs`: ids of the tasks that are not done yet. */
  | { readonly kind: 'waiting'; readonly id: string; readonly needs: readonly string[] }
  | { readonly kind: 'started'; readonly id: string }
  | { readonly kind: 'note'; readonly id: string; readonly text: string }
  | { readonly kind: 'done'; readonly id: string; readonly title: string }
  | { readonly kind: 'failed'; readonly id: string; readonly error: unknown }
  /** Left undone, because another task failed or the run was stopped. */
  | { readonly kind: 'stopped'; readonly id: string };

export type OnSetUpEvent = (event: SetUpEvent) => void;
