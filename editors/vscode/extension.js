// Starts `kspec lsp` and leaves everything else to it.
const { workspace } = require("vscode");
const { LanguageClient, TransportKind } = require("vscode-languageclient/node");

let client;

exports.activate = function (context) {
  const yaml = workspace.getConfiguration("kspec").get("yaml");
  const wanted = (document) => document.languageId === "kspec" || (yaml && document.languageId === "yaml");
  if (workspace.textDocuments.some(wanted)) return start();
  context.subscriptions.push(workspace.onDidOpenTextDocument((document) => wanted(document) && start()));
};

function start() {
  if (client) return;
  const settings = workspace.getConfiguration("kspec");
  const [command, ...args] = settings.get("command");
  const documentSelector = [{ language: "kspec" }, ...(settings.get("yaml") ? [{ language: "yaml" }] : [])];
  client = new LanguageClient("kspec", "kspec", { command, args, transport: TransportKind.stdio }, { documentSelector });
  return client.start();
}

exports.deactivate = function () {
  return client && client.stop();
};
