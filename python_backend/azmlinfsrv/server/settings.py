"""The server's settings, each declared once.

Parsing, precedence, ``--help``, the banner, the guide's table and error messages come from here.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, fields

from azmlinfsrv.server.setting import (
    AUTH_MODES,
    DEFAULT_PORT,
    FRONTS,
    GATEWAYS,
    LOG_FORMATS,
    LOG_LEVELS,
    MOST_THREADS,
    PUBLISHED,
    Setting,
    address_and_port,
    comma_separated,
    exactly_true,
    front,
    one_of,
    port_or_auto,
    text_or_none,
    true_in_any_case,
    whole_number,
)


@dataclass(frozen=True)
class Settings:
    """The values in force, one field for each declaration in ``SETTINGS``."""

    entry_script: str
    model_dir: str | None
    config_file: str | None
    worker_count: int
    worker_timeout: int
    worker_preload: bool
    scoring_timeout_ms: int
    port: int
    health_port: int | None
    separate_health: bool
    host: str
    server: str
    threads: int
    reload: bool
    show_errors: bool
    encode_results: bool
    docs: bool
    compat: str | None
    auth: str | None
    keys_file: str | None
    gateway: str | None
    request_timeout_ms: int | None
    max_concurrent_requests: int | None
    requests_per_second: int | None
    max_payload_mb: int
    cors_origins: tuple[str, ...]
    log_format: str
    log_level: str
    debug_port: tuple[str, int] | None
    wait_for_client: bool
    debugger_port: int | None
    app_root: str | None
    source_directory: str | None
    insights_enabled: bool
    insights_key: str | None
    insights_log_response: bool
    model_data_enabled: bool
    send_version: bool
    service_name: str
    service_version: str
    service_path_prefix: str
    workspace_name: str
    hostname: str

    @property
    def as_published(self) -> bool:
        """Whether what fails on the published server is to fail here, too."""
        return self.compat == PUBLISHED


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "entry_script",
        "The entry script (score.py) to serve.",
        parse=text_or_none,
        variable="AZUREML_ENTRY_SCRIPT",
        option="--entry_script",
        metavar="PATH",
        label="Entry Script Name",
    ),
    Setting(
        "model_dir",
        "The folder with the model files, exported to the script as it is written.",
        variable="AZUREML_MODEL_DIR",
        option="--model_dir",
        metavar="DIR",
        label="Model Directory",
    ),
    Setting(
        "config_file",
        "A JSON file with settings, by the names of their environment variables.",
        parse=text_or_none,
        variable="AZUREML_CONFIG_FILE",
        option="--config_file",
        metavar="PATH",
        label="Config File",
        shown_default="`config.json` in the application root or beside the script, if there is one",
    ),
    Setting(
        "worker_count",
        "How many worker processes score, each with its own model (waitress: threads with one).",
        parse=whole_number(1),
        default=1,
        variable="WORKER_COUNT",
        option="--worker_count",
        metavar="N",
        label="Worker Count",
    ),
    Setting(
        "worker_timeout",
        "Seconds without a result of run() after which the worker is replaced; 0 is no limit.",
        parse=whole_number(0),
        default=300,
        variable="WORKER_TIMEOUT",
        label="Worker Timeout (seconds)",
    ),
    Setting(
        "worker_preload",
        "Whether init() runs once, before the workers are forked.",
        parse=true_in_any_case,
        default=False,
        variable="WORKER_PRELOAD",
    ),
    Setting(
        "scoring_timeout_ms",
        "Milliseconds that run() may take, and each chunk of a stream; 0 is no limit.",
        parse=whole_number(0),
        default=3_600_000,
        variable="SCORING_TIMEOUT_MS",
        is_boot=True,
    ),
    Setting(
        "port",
        f"The port to listen on, or auto: {DEFAULT_PORT} if it is free, otherwise one that is.",
        parse=port_or_auto,
        default=DEFAULT_PORT,
        option="--port",
        metavar="N",
        label="Server Port",
    ),
    Setting(
        "health_port",
        "A second port, for probes; it counts only with SEPERATE_HEALTH_ENDPOINT.",
        parse=whole_number(1, 65535),
        option="--health_port",
        metavar="N",
        label="Health Port",
        shown_default="5000 with SEPERATE_HEALTH_ENDPOINT, otherwise the port",
    ),
    Setting(
        "separate_health",
        "Only exactly `true` opens the second port. (The name is spelt as published.)",
        parse=exactly_true,
        default=False,
        variable="SEPERATE_HEALTH_ENDPOINT",
        label="Create dedicated endpoint for health",
    ),
    Setting(
        "host",
        "The address to listen on; 127.0.0.1 keeps the model on this machine.",
        default="0.0.0.0",  # noqa: S104 - published default, named in the banner
        option="--host",
        metavar="ADDRESS",
        label="Listening On",
    ),
    Setting(
        "server",
        "The HTTP front: gunicorn, or waitress (the only one on Windows).",
        parse=front,
        default="waitress" if sys.platform == "win32" else "gunicorn",
        option="--server",
        metavar="|".join(FRONTS),
        shown_default="gunicorn; on Windows waitress",
    ),
    Setting(
        "threads",
        "How many threads of a worker are in run() at once; more than one only if the model is "
        "thread-safe.",
        parse=whole_number(1, MOST_THREADS),
        default=1,
        option="--threads",
        metavar="N",
        label="Threads",
    ),
    Setting(
        "reload",
        "Load the script anew when it, or a module that it imported from its folder, is saved.",
        parse=exactly_true,
        default=False,
        option="--reload",
        is_flag=True,
    ),
    Setting(
        "show_errors",
        "Tell clients the type, message and place of an exception in the script.",
        parse=exactly_true,
        default=False,
        option="--show_errors",
        is_flag=True,
    ),
    Setting(
        "encode_results",
        "Send numpy, pandas, datetimes, Decimal, bytes and dataclasses as JSON.",
        parse=exactly_true,
        default=False,
        option="--encode_results",
        is_flag=True,
    ),
    Setting(
        "docs",
        "Serve a page at /docs on which the API can be read and tried.",
        parse=exactly_true,
        default=False,
        option="--docs",
        is_flag=True,
    ),
    Setting(
        "compat",
        "published: let fail what fails on the published server.",
        parse=one_of(PUBLISHED),
        option="--compat",
        metavar=PUBLISHED,
    ),
    Setting(
        "auth",
        "Serve only requests with a key, or a token, in `Authorization: Bearer …`; probes need "
        "none.",
        parse=one_of(*AUTH_MODES),
        option="--auth",
        metavar="|".join(AUTH_MODES),
        shown_default="none",
    ),
    Setting(
        "keys_file",
        "With --auth: the private file with the keys. If there is none, it is made, with new keys.",
        parse=text_or_none,
        option="--keys_file",
        metavar="PATH",
    ),
    Setting(
        "gateway",
        "Answer as an endpoint in Azure does: its status codes, limits and headers.",
        parse=one_of(*GATEWAYS),
        option="--gateway",
        metavar="|".join(GATEWAYS),
        shown_default="none",
    ),
    Setting(
        "request_timeout_ms",
        "With --gateway: milliseconds that a request may take.",
        parse=whole_number(1),
        option="--request_timeout_ms",
        metavar="N",
        shown_default="5000",
    ),
    Setting(
        "max_concurrent_requests",
        "With --gateway: how many requests the server is to be sent at once.",
        parse=whole_number(1),
        option="--max_concurrent_requests",
        metavar="N",
        shown_default="as many as there are workers",
    ),
    Setting(
        "requests_per_second",
        "With --gateway: how many requests are taken in a second; 0 is no limit.",
        parse=whole_number(0),
        option="--requests_per_second",
        metavar="N",
        shown_default="500 for a managed endpoint, no limit for Kubernetes",
    ),
    Setting(
        "max_payload_mb",
        "With --gateway: mebibytes that the body of a request, or of an answer, may have; 0 is no "
        "limit.",
        parse=whole_number(0),
        default=0,
        option="--max_payload_mb",
        metavar="N",
    ),
    Setting(
        "cors_origins",
        "Origins whose pages may read the answers, separated by commas; * is any.",
        parse=comma_separated,
        default=(),
        variable="AML_CORS_ORIGINS",
        option="--access_control_allow_origins",
        metavar="LIST",
        label="CORS for the specified origins",
        shown_default="none",
    ),
    Setting(
        "log_format",
        "Log lines for people (text) or for machines (json).",
        parse=one_of(*LOG_FORMATS),
        default="text",
        option="--log_format",
        metavar="|".join(LOG_FORMATS),
    ),
    Setting(
        "log_level",
        "The lowest level of log lines that are written.",
        parse=one_of(*LOG_LEVELS, upper=True),
        default="INFO",
        variable="AZUREML_LOG_LEVEL",
        is_boot=True,
    ),
    Setting(
        "debug_port",
        "Listen for a debugger from the start (one worker): a port, or an address and a port. "
        "To attach to any server later, use `azmlinfsrv attach`.",
        parse=address_and_port,
        option="--debug_port",
        metavar="[HOST:]PORT",
    ),
    Setting(
        "wait_for_client",
        "With --debug_port: load the script only when a debugger has attached.",
        parse=exactly_true,
        default=False,
        option="--wait_for_client",
        is_flag=True,
    ),
    Setting(
        "debugger_port",
        "Connect to a debugger that listens on this port of this machine before the script is "
        "loaded (one worker).",
        parse=whole_number(1, 65535),
        variable="AZUREML_DEBUG_PORT",
    ),
    Setting(
        "app_root",
        "The application root: relative names in config.json start there, and modules are found.",
        parse=text_or_none,
        variable="AML_APP_ROOT",
        shown_default="the working directory",
    ),
    Setting(
        "source_directory",
        "A folder below the application root whose modules can be imported, too.",
        parse=text_or_none,
        variable="AZUREML_SOURCE_DIRECTORY",
    ),
    Setting(
        "insights_enabled",
        "Only exactly `true` sends telemetry to Application Insights; it needs the key.",
        parse=exactly_true,
        default=False,
        variable="AML_APP_INSIGHTS_ENABLED",
        label="Application Insights Enabled",
    ),
    Setting(
        "insights_key",
        "The instrumentation key of Application Insights; as an option it switches telemetry on.",
        parse=text_or_none,
        variable="AML_APP_INSIGHTS_KEY",
        option="--appinsights_instrumentation_key",
        metavar="KEY",
        label="Application Insights Key",
    ),
    Setting(
        "insights_log_response",
        "Whether telemetry of a request holds the answer's body.",
        parse=true_in_any_case,
        default=True,
        variable="APP_INSIGHTS_LOG_RESPONSE_ENABLED",
    ),
    Setting(
        "model_data_enabled",
        "Whether telemetry holds what run() got and returned.",
        parse=true_in_any_case,
        default=False,
        variable="AML_MODEL_DC_STORAGE_ENABLED",
    ),
    Setting(
        "send_version",
        "Whether answers carry `x-ms-server-version`.",
        parse=true_in_any_case,
        default=True,
        variable="SERVER_VERSION_LOG_RESPONSE_ENABLED",
    ),
    Setting(
        "service_name",
        "The title of the API description.",
        default="ML service",
        variable="SERVICE_NAME",
    ),
    Setting(
        "service_version",
        "The version in the API description.",
        default="1.0",
        variable="SERVICE_VERSION",
    ),
    Setting(
        "service_path_prefix",
        "What comes before the paths in the API description; the routes stay as they are.",
        default="",
        variable="SERVICE_PATH_PREFIX",
    ),
    Setting(
        "workspace_name",
        "The workspace's name in telemetry.",
        default="",
        variable="WORKSPACE_NAME",
    ),
    Setting(
        "hostname",
        "The machine's name in telemetry.",
        default="Unknown",
        variable="HOSTNAME",
    ),
)

assert {setting.name for setting in SETTINGS} == {field.name for field in fields(Settings)}  # noqa: S101
