"""The server as a black box: case files, and the harness that proves them on any server command."""
