/**
 * Something the user has to know and can do something about: what happened, and the actions that
 * mend it. Pure data, so that the terminal can print what VS Code shows as a notification.
 */
export interface Problem {
  readonly message: string;
  readonly actions: readonly ProblemAction[];
}

export type ProblemAction =
  | { readonly kind: "openFile"; readonly file: string; readonly line: number }
  | { readonly kind: "selectInterpreter" }
  | { readonly kind: "copy"; readonly title: string; readonly text: string }
  | { readonly kind: "openLaunchJson" }
  | { readonly kind: "openFolder" }
  | { readonly kind: "manageTrust" }
  | { readonly kind: "restart" }
  | { readonly kind: "showDebugConsole" }
  | { readonly kind: "showLog" };
