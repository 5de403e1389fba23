import * as vscode from "vscode";
import { isFailure } from "../sending/answer";
import type { Exchange } from "../sending/exchange";
import type { Results } from "../sending/results";
import { answerWithSize } from "../sending/words";
import { ANSWER_SCHEME, type AnswerEditors } from "./answerEditors";
import { applyFix, openPlace, placeOf } from "./explain";

/** A line above an editor is not wrapped; the hover over it has the whole message. */
const LONGEST_MESSAGE = 60;
const SHOW_HEAD = "azmlinfsrv.answer.showHead";
const SEND_AGAIN = "azmlinfsrv.answer.sendAgain";
const OPEN_PLACE = "azmlinfsrv.answer.openPlace";
const APPLY_FIX = "azmlinfsrv.answer.applyFix";
const SAVE_WHOLE = "azmlinfsrv.answer.saveWhole";

/** The line above an answer: status, times, size, and what can be done with it. */
export class AnswerLenses implements vscode.CodeLensProvider, vscode.Disposable {
  readonly onDidChangeCodeLenses: vscode.Event<void>;
  private readonly registration: vscode.Disposable;

  constructor(
    private readonly editors: AnswerEditors,
    results: Results,
    sendAgain: (exchange: Exchange) => Promise<void>,
  ) {
    this.onDidChangeCodeLenses = (listener, self, owners) =>
      results.onDidChange(() => listener.call(self), undefined, owners);
    const on = (command: string, action: (exchange: Exchange) => Promise<void>) =>
      vscode.commands.registerCommand(command, (uri: string) => {
        const shown = editors.contents(vscode.Uri.parse(uri));
        return shown && action(shown.exchange);
      });
    const withExplanation =
      (action: (explanation: NonNullable<Exchange["explanation"]>) => Promise<void>) =>
      async ({ explanation }: Exchange): Promise<void> => {
        await (explanation && action(explanation));
      };
    this.registration = vscode.Disposable.from(
      vscode.languages.registerCodeLensProvider({ scheme: ANSWER_SCHEME }, this),
      on(SHOW_HEAD, (exchange) => editors.showHead(exchange)),
      on(SAVE_WHOLE, (exchange) => editors.saveWhole(exchange)),
      on(SEND_AGAIN, sendAgain),
      on(OPEN_PLACE, withExplanation(openPlace)),
      on(APPLY_FIX, withExplanation(applyFix)),
    );
  }

  provideCodeLenses({ uri }: vscode.TextDocument): vscode.CodeLens[] {
    const shown = this.editors.contents(uri);
    if (!shown) {
      return [];
    }
    const { exchange, note } = shown;
    const { answer, explanation } = exchange;
    const lenses: vscode.CodeLens[] = [];
    const add = (title: string, command: string, tooltip = ""): void => {
      const range = new vscode.Range(0, 0, 0, 0);
      const key = uri.toString();
      lenses.push(new vscode.CodeLens(range, { title, command, tooltip, arguments: [key] }));
    };
    const icon = isFailure(answer) ? "error" : "pass";
    add(
      `$(${icon}) ${answerWithSize(answer)}`,
      SHOW_HEAD,
      vscode.l10n.t("Show status, times and headers"),
    );
    if (explanation) {
      const place = placeOf(explanation);
      const cause = shortened(explanation.message);
      add(place ? `$(go-to-file) ${place}: ${cause}` : cause, OPEN_PLACE, explanation.message);
      if (explanation.fix) {
        add(`$(lightbulb) ${explanation.fix.title}`, APPLY_FIX);
      }
    }
    if (note !== undefined) {
      add(`$(save) ${vscode.l10n.t("Shows {0} – Save All", note)}`, SAVE_WHOLE);
    }
    add(vscode.l10n.t("{0} Headers", answer.headers.length), SHOW_HEAD);
    add(vscode.l10n.t("Send Again"), SEND_AGAIN);
    return lenses;
  }

  dispose(): void {
    this.registration.dispose();
  }
}

function shortened(text: string): string {
  const [line = ""] = text.split("\n");
  return line.length > LONGEST_MESSAGE ? `${line.slice(0, LONGEST_MESSAGE)}…` : line;
}
