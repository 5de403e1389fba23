"""Telemetry, only if the user asks for it: Application Insights, or any OpenTelemetry collector.

Both are optional extras, imported only when they are switched on: ``azmlinfsrv[appinsights]`` by
the settings, ``azmlinfsrv[otel]`` by the standard ``OTEL_EXPORTER_OTLP_…`` variables.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import logging
import os
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import azmlinfsrv
from azmlinfsrv.scoring import EntryScriptError, ScoringRequest
from azmlinfsrv.server.log import logger, request_id
from azmlinfsrv.server.reply import Headers, Reply
from azmlinfsrv.server.settings import Settings

if TYPE_CHECKING:
    from opentelemetry.sdk._logs import LoggerProvider
    from opentelemetry.sdk.trace import TracerProvider

_CONNECTION_VARIABLE = "APPLICATIONINSIGHTS_CONNECTION_STRING"
_OTLP_VARIABLES = (
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
    "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT",
)
_MakeExporters = Callable[[Settings, "TracerProvider"], tuple[Any, Any]]

_FLUSH_MS = 2000
_SECOND = 1_000_000_000


def start_telemetry(settings: Settings) -> Telemetry | None:
    """Return what sends telemetry, or None when nobody has asked for any."""
    exporters: list[tuple[str, str, _MakeExporters]] = []
    if settings.insights_enabled and settings.insights_key:
        exporters.append(("appinsights", "azure.monitor.opentelemetry.exporter", _insights))
    if any(os.environ.get(name) for name in _OTLP_VARIABLES):
        exporters.append(("otel", "opentelemetry.exporter.otlp.proto.http", _otlp))
    started = []
    for extra, module, make in exporters:
        if _is_installed(module):
            started.append(make)
        else:
            logger.warning(
                "No telemetry is sent: it needs more libraries. "
                'Install them with: pip install "azmlinfsrv[%s]"',
                extra,
            )
    return Telemetry(settings, started) if started else None


class Telemetry:
    """Sends what happens to requests: spans, exceptions, printed lines and model data.

    Everything is queued and sent by threads of OpenTelemetry's own.

    Args:
        settings: what to send, and the names to send it under.
        exporters: each makes an exporter for spans and one for log records.

    """

    def __init__(self, settings: Settings, exporters: list[_MakeExporters]) -> None:
        from opentelemetry.sdk._logs import LoggerProvider
        from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        # Libraries that send say so in INFO lines; each line would be telemetry again.
        for name in ("azure", "opentelemetry", "urllib3"):
            logging.getLogger(name).setLevel(logging.WARNING)
        resource = Resource.create(
            {
                "service.name": settings.service_name,
                "service.version": settings.service_version,
                "service.instance.id": settings.hostname,
            }
        )
        self._settings = settings
        self._spans: TracerProvider = TracerProvider(resource=resource)
        self._logs: LoggerProvider = LoggerProvider(resource=resource)
        for make in exporters:
            span_exporter, log_exporter = make(settings, self._spans)
            self._spans.add_span_processor(BatchSpanProcessor(span_exporter))
            self._logs.add_log_record_processor(BatchLogRecordProcessor(log_exporter))
        self._tracer = self._spans.get_tracer("azmlinfsrv", azmlinfsrv.__version__)
        self._logger = self._logs.get_logger("azmlinfsrv", azmlinfsrv.__version__)
        logging.getLogger("azmlinfsrv.print").addHandler(_PrintHandler(self))
        logger.info("Starting up app insights client")

    def answered(
        self,
        request: ScoringRequest,
        reply: Reply,
        ids: Headers,
        started: float,
        error: EntryScriptError | None,
    ) -> None:
        """Send an answered request; ``started`` is a time.perf_counter()."""
        from opentelemetry.trace import SpanKind, Status, StatusCode

        end = time.time_ns()
        begin = end - int((time.perf_counter() - started) * _SECOND)
        attributes = self._request_attributes(request, reply, ids)
        span = self._tracer.start_span(
            f"{request.method} {request.path}",
            kind=SpanKind.SERVER,
            attributes=attributes,
            start_time=begin,
        )
        if error:
            span.record_exception(error.__cause__ or error, timestamp=end)
            span.set_status(Status(StatusCode.ERROR, error.message))
        span.end(end)
        if self._settings.model_data_enabled and request.path == "/score":
            data = {"input": _text(request.body or request.query), "output": _text(reply.body)}
            self.record(json.dumps(data), {**attributes, "event": "model_data"})

    def failed(self, error: EntryScriptError) -> None:
        """Send that the script cannot be served, and wait shortly: the process is about to end."""
        span = self._tracer.start_span("init")
        span.record_exception(error.__cause__ or error)
        span.end()
        self.flush()

    def record(self, text: str, attributes: Mapping[str, Any] | None = None) -> None:
        """Send a line."""
        from opentelemetry._logs import LogRecord, SeverityNumber

        identifier = request_id.get()
        named = {"Request Id": identifier} if identifier else {}
        now = time.time_ns()
        self._logger.emit(
            LogRecord(
                timestamp=now,
                observed_timestamp=now,
                severity_number=SeverityNumber.INFO,
                severity_text="INFO",
                body=text,
                attributes={**named, **(attributes or {})},
            )
        )

    def flush(self) -> None:
        """Send what is queued, for at most some seconds."""
        with contextlib.suppress(Exception):  # telemetry must not change how the server ends
            self._spans.force_flush(_FLUSH_MS)
            self._logs.force_flush(_FLUSH_MS)

    def _request_attributes(
        self, request: ScoringRequest, reply: Reply, ids: Headers
    ) -> dict[str, Any]:
        sent = dict(ids)
        host = request.headers.get("host", "127.0.0.1")
        query = f"?{request.query}" if request.query else ""
        attributes = {
            "http.method": request.method,
            "http.url": f"http://{host}{request.path}{query}",
            "http.status_code": int(reply.status),
            "Request Id": sent.get("x-request-id", ""),
            "Client Request Id": sent.get("x-ms-client-request-id", ""),
            "Service Name": self._settings.service_name,
            "Workspace Name": self._settings.workspace_name,
            "Container Id": self._settings.hostname,
        }
        if self._settings.insights_log_response:
            attributes["Response Value"] = _text(reply.body)
        return attributes


class _PrintHandler(logging.Handler):
    def __init__(self, telemetry: Telemetry) -> None:
        super().__init__()
        self._telemetry = telemetry

    def emit(self, record: logging.LogRecord) -> None:
        self._telemetry.record(record.getMessage())


def _text(body: object) -> str:
    if isinstance(body, bytes):
        return body.decode("utf-8", "replace")
    return body if isinstance(body, str) else "(streamed)"


def _is_installed(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def _insights(settings: Settings, spans: TracerProvider) -> tuple[Any, Any]:
    # The exporter reports on itself to its maker unless it is told not to.
    os.environ.setdefault("APPLICATIONINSIGHTS_STATSBEAT_DISABLED_ALL", "true")
    from azure.monitor.opentelemetry.exporter import (
        AzureMonitorLogExporter,
        AzureMonitorTraceExporter,
    )

    named = os.environ.get(_CONNECTION_VARIABLE) or f"InstrumentationKey={settings.insights_key}"
    options = {"connection_string": named, "disable_offline_storage": True}
    return (
        AzureMonitorTraceExporter(tracer_provider=spans, **options),
        AzureMonitorLogExporter(**options),
    )


def _otlp(_settings: Settings, _spans: TracerProvider) -> tuple[Any, Any]:
    from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    return OTLPSpanExporter(), OTLPLogExporter()
