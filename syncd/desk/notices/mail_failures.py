"""What the failures of a mail server mean: whether it is the server or the mail, and whether it may pass.

In: exceptions of `smtplib` and of sockets. Out: `NotSentError` with what the operator can do; no address, no password.
"""

from __future__ import annotations

import smtplib
import ssl

from syncd.desk.notices.sending import NotSentError

SILENT = "was silent for too long"


def about_server(error: Exception, server: str) -> NotSentError:
    """Why there is no connection over which mails could go."""
    match error:
        case smtplib.SMTPNotSupportedError():
            return _down(server, f"cannot do what is needed: {error}", "see [desk.mail] security and user")
        case smtplib.SMTPAuthenticationError():
            return _down(server, f"did not let us in ({error.smtp_code})", "see [desk.mail] user and password_secret")
        case smtplib.SMTPResponseException():
            return _down(server, f"answered {_said(error.smtp_code, error.smtp_error)}")
        case ssl.SSLCertVerificationError():
            return _down(server, f"is not who it should be: {error.verify_message}", "see [desk.mail] ca_file")
        case smtplib.SMTPException():
            return _down(server, _broke_off(error))
        case TimeoutError():
            return _down(server, SILENT)
        case OSError():
            return _down(server, f"cannot be reached: {error.strerror or type(error).__name__}")
    return _down(server, f"cannot be spoken to: {type(error).__name__}", "see [desk.mail]")


def about_message(error: Exception, server: str) -> NotSentError:
    """Why a mail was not taken. A refusal of its recipient or of itself with a 5xx answer is for good."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            code, said = next(iter(error.recipients.values()), (0, b""))
            return _refused(server, "the recipient", code, said, for_good=500 <= code < 600)
        case smtplib.SMTPDataError():
            code, for_good = error.smtp_code, 500 <= error.smtp_code < 600
            return _refused(server, "the mail", code, error.smtp_error, for_good=for_good)
        case smtplib.SMTPResponseException():
            return _refused(server, "the sender", error.smtp_code, error.smtp_error, for_good=False)
        case smtplib.SMTPNotSupportedError():
            return NotSentError(f"{server} cannot take this address: {error}", for_good=True)
        case smtplib.SMTPException() | OSError():
            return broken(server, _broke_off(error))
    return NotSentError(f"the mail cannot be written: {error}", for_good=True)


def _broke_off(error: Exception) -> str:
    """`smtplib` tells a server that is silent from one that goes away by its words alone."""
    return SILENT if isinstance(error, TimeoutError) or "timed out" in str(error) else "broke the connection off"


def _refused(server: str, what: str, code: int, said: bytes | str, *, for_good: bool) -> NotSentError:
    action = "see to the addresses in [[desk.notices]] and [desk.mail]"
    return NotSentError(f"{server} refused {what}: {_said(code, said)}", action=action, for_good=for_good)


def _down(server: str, what: str, action: str = "see whether the mail server runs") -> NotSentError:
    return NotSentError(f"{server} {what}", action=action, is_down=True)


def broken(server: str, what: str) -> NotSentError:
    return NotSentError(f"{server} {what}", action="see whether the mail server is well", is_broken=True)


def _said(code: int, text: bytes | str) -> str:
    """What the server said, fit for a log."""
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return f"{code} {' '.join(part for part in words.split() if part.isprintable())[:150]}"
