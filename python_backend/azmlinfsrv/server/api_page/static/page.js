// What Swagger UI is told to do here, and what it leaves out: names for controls, the news that an
// answer has come, the colours of the editor around it or those that the system is set to.
"use strict";

const said = document.getElementById("said");
const dark = matchMedia("(prefers-color-scheme: dark)");
// An editor that shows this page names the colours of its own, which a page cannot see.
const asked = new URLSearchParams(location.search).get("colours");
const RUN_MILLISECONDS = "x-ms-run-fn-exec-ms";

function followColours() {
  document.documentElement.classList.toggle(
    "dark-mode",
    asked === null ? dark.matches : asked === "dark",
  );
}

followColours();
dark.addEventListener("change", followColours);

let sentAt = 0;
let isAnswerNew = false;

const ui = SwaggerUIBundle({
  url: "docs/openapi.json",
  dom_id: "#api",
  presets: [SwaggerUIBundle.presets.apis],
  // There is one server to choose from: the one that the page is from.
  plugins: [{ wrapComponents: { ServersContainer: () => () => null } }],
  layout: "BaseLayout",
  // Nothing leaves this machine, not even the question whether the document is valid.
  validatorUrl: null,
  queryConfigEnabled: false,
  persistAuthorization: false,
  tryItOutEnabled: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: -1,
  docExpansion: "list",
  syntaxHighlight: { theme: "obsidian" },
  requestInterceptor(request) {
    if (!request.loadSpec) {
      sentAt = performance.now();
      say("Sent. Waiting for the answer.");
    }
    return request;
  },
  responseInterceptor(response) {
    if (!isDocument(response.url)) {
      isAnswerNew = true;
      // Swagger UI takes the time of good answers alone.
      response.duration = Math.round(performance.now() - sentAt);
      say(describe(response));
    }
    return response;
  },
  onComplete() {
    document.title = `${ui.specSelectors.info().get("title") ?? "API"} – API`;
    openScoring();
  },
});

function isDocument(url) {
  return url?.split("?")[0].endsWith("/docs/openapi.json") ?? false;
}

function say(text) {
  said.textContent = text;
}

function describe({ status, headers, duration }) {
  const inRun = headers?.[RUN_MILLISECONDS];
  const ofIt = inRun === undefined ? "" : `, ${Math.round(Number(inRun))} of them in run()`;
  return status
    ? `Answer with status ${status} after ${duration} milliseconds${ofIt}.`
    : "No answer: the server cannot be reached.";
}

/** Unfold the operation that the page is opened for. */
function openScoring() {
  const operation = ui.specSelectors.paths().getIn(["/score", "post"]);
  if (operation) {
    const tag = operation.getIn(["tags", 0], "default");
    ui.layoutActions.show(["operations", tag, operation.get("operationId") ?? "post_score"], true);
  }
}

/** The answer comes below the command that asks for it, where it may not be seen. */
function showNewAnswer() {
  const answer = isAnswerNew && document.querySelector(".live-responses-table");
  if (answer) {
    isAnswerNew = false;
    answer.scrollIntoView({ block: "nearest" });
  }
}

/** Names for what has none: the words that stand beside it for those who see. */
const NAMES = [
  [".body-param__text", () => "Request body"],
  [".parameters input, .parameters textarea, .parameters select", nameInRow],
  ["input[type=file]", (control) => nameInRow(control) ?? "File to send as the request body"],
  [".responses-wrapper select", () => "Content type of the answer"],
  [".copy-to-clipboard button", () => "Copy to the clipboard"],
];

function nameInRow(control) {
  const name = control.closest("[data-property-name], tr")?.querySelector(".parameter__name");
  return name?.firstChild?.textContent?.trim() || undefined;
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
  for (const image of document.querySelectorAll(".responses-wrapper img:not([alt])")) {
    image.alt = "The image in the answer";
  }
}

new MutationObserver(() => {
  nameControls();
  showNewAnswer();
}).observe(document.getElementById("api"), { childList: true, subtree: true });
