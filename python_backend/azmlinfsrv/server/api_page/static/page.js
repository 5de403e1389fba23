// What Swagger UI is told to do here, and what it leaves out: names for controls, the news that an
// answer has come, the colours that the system is set to.
"use strict";

const said = document.getElementById("said");
const dark = matchMedia("(prefers-color-scheme: dark)");

function followColours() {
  document.documentElement.classList.toggle("dark-mode", dark.matches);
}

followColours();
dark.addEventListener("change", followColours);

let sentAt = 0;

const ui = SwaggerUIBundle({
  url: "docs/openapi.json",
  dom_id: "#api",
  presets: [SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
  // Nothing leaves this machine, not even the question whether the document is valid.
  validatorUrl: null,
  queryConfigEnabled: false,
  persistAuthorization: false,
  tryItOutEnabled: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: -1,
  docExpansion: "list",
  requestInterceptor(request) {
    if (!request.loadSpec) {
      sentAt = performance.now();
      said.textContent = "Sent. Waiting for the answer.";
    }
    return request;
  },
  responseInterceptor(response) {
    if (!response.url?.endsWith("/docs/openapi.json")) {
      announce(response);
    }
    return response;
  },
  onComplete() {
    document.title = `${ui.specSelectors.info().get("title") ?? "API"} – API`;
    openScoring();
  },
});

function announce(response) {
  const total = Math.round(performance.now() - sentAt);
  const inRun = response.headers?.["x-ms-run-fn-exec-ms"];
  const ofIt = inRun === undefined ? "" : `, ${Math.round(Number(inRun))} of them in run()`;
  said.textContent = `Answer with status ${response.status} after ${total} milliseconds${ofIt}.`;
}

/** The one operation that the page is opened for. */
function openScoring() {
  const operation = ui.specSelectors.paths().getIn(["/score", "post"]);
  if (operation) {
    const tag = operation.getIn(["tags", 0], "default");
    const id = operation.get("operationId") ?? "post_score";
    ui.layoutActions.show(["operations", tag, id], true);
  }
}

/** Names for what has none: the words that stand beside it for those who see. */
const NAMES = [
  [".body-param__text", () => "Request body"],
  [".body-param .content-type, .body-param-content-type select", () => "Request content type"],
  [".response-col_description select, .responses-wrapper select", () => "Content type of the answer"],
  [".parameters input, .parameters textarea, .parameters select", nameInRow],
  ["input[type=file]", (control) => nameInRow(control) ?? "File to send as the request body"],
  [".copy-to-clipboard button, .copy-to-clipboard", () => "Copy to the clipboard"],
];

function nameInRow(control) {
  const row = control.closest("[data-param-name], tr");
  const name = row?.getAttribute("data-param-name") ?? row?.querySelector(".parameter__name")?.firstChild?.textContent;
  return name?.trim() || undefined;
}

function hasName(control) {
  return (
    control.hasAttribute("aria-label") ||
    control.hasAttribute("aria-labelledby") ||
    control.labels?.length > 0 ||
    (control.matches("button") && control.textContent.trim() !== "")
  );
}

function nameControls() {
  for (const [selector, nameOf] of NAMES) {
    for (const control of document.querySelectorAll(selector)) {
      const name = hasName(control) ? undefined : nameOf(control);
      if (name) {
        control.setAttribute("aria-label", name);
      }
    }
  }
}

new MutationObserver(nameControls).observe(document.getElementById("api"), {
  childList: true,
  subtree: true,
});
