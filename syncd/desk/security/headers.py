"""What every answer of the desk carries: a policy that lets nothing else run, and headers that close what is not used.

In: whether the desk is reached by https. Out: headers. Whatever a handler set stays, but for the policy.
"""

from __future__ import annotations

from aiohttp import web

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}
CLOSED = ("accelerometer", "camera", "geolocation", "gyroscope", "magnetometer", "microphone", "payment", "usb")
HEADERS = {
    "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in POLICY.items()),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{name}=()" for name in CLOSED),
    "Server": "syncd",
}
TRANSPORT = "max-age=31536000"
NOT_KEPT = "no-store"


def close_down(response: web.StreamResponse, *, is_https: bool) -> None:
    """Put the headers on an answer that is about to be sent."""
    response.headers.update(HEADERS)
    response.headers.setdefault("Cache-Control", NOT_KEPT)
    if is_https:
        response.headers["Strict-Transport-Security"] = TRANSPORT
