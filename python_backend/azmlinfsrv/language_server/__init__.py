"""The language server: what the analysis knows, for every editor that speaks LSP."""
