import * as path from "node:path";

/** One request: a file that is the body of one, or one of those in an `.http` file. */
export interface RequestRef {
  readonly file: string;
  /** Which of those in the file, counted from 0; always 0 for a body. */
  readonly index: number;
}

export function keyOf({ file, index }: RequestRef): string {
  return `${file}#${index}`;
}

export function isHttpFile(file: string): boolean {
  return /\.(?:http|rest)$/i.test(file);
}

/** What the bodies of requests are kept in; programs and folders' own files are none. */
const BODY =
  /\.(?:json|txt|csv|xml|bin|npy|parquet|png|jpe?g|gif|webp|bmp|tiff?|wav|mp3|mp4|pdf)$/i;
const SAMPLE = /^sample[-_]request[^/\\]*\.json$/i;

/** Where the search for request files may look; `isRequestFile` decides. */
export const REQUEST_FILES = "{**/sample[-_]request*.json,**/*.http,**/*.rest,**/requests/*}";
export const NOT_SEARCHED =
  "**/{node_modules,.venv,venv,env,site-packages,dist-packages,.git,__pycache__}/**";

export function isRequestFile(file: string): boolean {
  const name = path.basename(file);
  const isInRequests = path.basename(path.dirname(file)) === "requests" && BODY.test(name);
  return isHttpFile(file) || SAMPLE.test(name) || isInRequests;
}

/**
 * The entry scripts that a request file may be meant for: those of the nearest folder around it
 * that has any, otherwise all.
 */
export function scriptsFor(file: string, scripts: readonly string[]): readonly string[] {
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    const here = scripts.filter((script) => path.dirname(script) === folder);
    if (here.length > 0) {
      return here;
    }
    if (folder === path.dirname(folder)) {
      return scripts;
    }
  }
}

/** The name of an answer's editor: that of the request, and what the answer is. */
export function answerName(name: string, extension: string): string {
  const stem = name.replace(/\.[^.]*$/, "").replace(/[/\\:*?"<>|\p{Cc}]/gu, "-");
  return `${stem}.answer.${extension}`;
}
