"""Refusals on the HTTP doors: the code and its parameters as JSON, the status from one table."""

from __future__ import annotations

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from crm.automations.posting import KeyUsed
from crm.errors import CrmError, NotAllowed, NotFound

log = structlog.get_logger("touchline.web")

# What is absent and what is another's get one answer, so that nobody can probe.
_STATUS: dict[type[CrmError], int] = {NotAllowed: 404, NotFound: 404, KeyUsed: 409}


_HTTP = {401: "api.wrong_key", 403: "api.nobody_to_act_for", 409: "api.key_used_for_something_else"}


def install(app: FastAPI) -> None:
    """Teaches the application to answer every refusal in one shape: {"error": code, "detail": {…}}."""
    app.add_exception_handler(CrmError, _refused)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)


async def _refused(_request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, CrmError):
        raise error
    status = next((status for kind, status in _STATUS.items() if isinstance(error, kind)), 422)
    code = "access.not_found" if status == 404 else error.code
    detail = {} if status == 404 else {name: str(value) for name, value in error.params.items()}
    return JSONResponse({"error": code, "detail": detail}, status_code=status)


async def _malformed(_request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, RequestValidationError):
        raise error
    detail = {".".join(map(str, fault["loc"][1:])) or "body": fault["msg"] for fault in error.errors()}
    return JSONResponse({"error": "http.malformed", "detail": detail}, status_code=422)


async def _http(_request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, HTTPException):
        raise error
    return JSONResponse(
        {"error": _HTTP.get(error.status_code, f"http.{error.status_code}"), "detail": {}},
        status_code=error.status_code,
        headers=error.headers,
    )


async def _unexpected(request: Request, error: Exception) -> JSONResponse:
    log.error("A request failed", path=request.url.path, exc_info=error)
    return JSONResponse({"error": "http.500", "detail": {}}, status_code=500)
