"""The debugger's side of the server: it stands on debugpy and on nothing of ours."""
