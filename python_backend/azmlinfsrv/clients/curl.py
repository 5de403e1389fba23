"""A request for curl in a POSIX shell."""

from __future__ import annotations

import shlex

from azmlinfsrv.clients.description import Service
from azmlinfsrv.clients.text import comment_word, json_scalar, literal, seconds_text

_CONTINUED = " \\\n  "


def curl_client(service: Service) -> str:
    """Return the command; the key does not appear among its words, which other users can see."""
    variable = service.key_variable
    authorization = f'header = \\"Authorization: Bearer ${variable}\\"'
    words = [
        f'printf %s "${{{variable}:+{authorization}}}"',
        "| curl --config - --silent --show-error --fail-with-body",
        f"--max-time {seconds_text(service.seconds)}",
        "--request POST",
        *(["--globoff"] if set("[]{}") & set(service.url) else []),
        shlex.quote(service.url),
        "--header 'Content-Type: application/json'",
    ]
    if service.deployment is not None:
        words.append(f"--header {shlex.quote(f'azureml-model-deployment: {service.deployment}')}")
    words.append(f"--data-raw {shlex.quote(literal(service.sample, json_scalar, indent='  '))}")
    return (
        f"# A request to {comment_word(service.title)}. The key or token is read from the"
        f" environment variable\n# {variable}, if it is set; another program sees it nowhere.\n"
        f"{_CONTINUED.join(words)}\n"
    )
