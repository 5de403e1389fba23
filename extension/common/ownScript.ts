const LIBRARIES =
  /(?:^|[\\/])(?:\.[^\\/]+|venv|env|node_modules|site-packages|dist-packages|__pycache__)[\\/]/;

/** Whether a Python file of a workspace may be the user's: libraries bring thousands of others. */
export function isOwnScript(relativePath: string): boolean {
  return !LIBRARIES.test(relativePath);
}
