"""How the stand-in refuses: with the statuses and codes that Discord documents."""

from typing import Any


class ApiError(Exception):
    """A refusal; ``body`` is what goes out as JSON."""

    def __init__(self, status: int, code: int, message: str, errors: dict[str, Any] | None = None) -> None:
        super().__init__(f"{status} {code} {message} {errors or ''}")
        self.status = status
        self.code = code
        self.body: dict[str, Any] = {"message": message, "code": code}
        if errors:
            self.body["errors"] = errors


def rate_limited(wait: float) -> ApiError:
    """A 429 of one action within a route, which the headers of its bucket do not foretell."""
    error = ApiError(429, 0, "You are being rate limited.")
    error.body = {"message": "You are being rate limited.", "retry_after": wait, "global": False}
    return error


def unauthorized() -> ApiError:
    return ApiError(401, 0, "401: Unauthorized")


def not_found() -> ApiError:
    return ApiError(404, 0, "404: Not Found")


def unknown(code: int, what: str) -> ApiError:
    return ApiError(404, code, f"Unknown {what}")


def unknown_channel() -> ApiError:
    return unknown(10003, "Channel")


def unknown_guild() -> ApiError:
    return unknown(10004, "Guild")


def unknown_message() -> ApiError:
    return unknown(10008, "Message")


def unknown_webhook() -> ApiError:
    return unknown(10015, "Webhook")


def unknown_interaction() -> ApiError:
    return unknown(10062, "interaction")


def missing_access() -> ApiError:
    return ApiError(403, 50001, "Missing Access")


def missing_permissions() -> ApiError:
    return ApiError(403, 50013, "Missing Permissions")


def invalid_form(errors: dict[str, Any]) -> ApiError:
    return ApiError(400, 50035, "Invalid Form Body", errors)
