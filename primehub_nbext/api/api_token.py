"""The API token: its text in; whose it is out. It is the same that the notebook server keeps and uses."""

from __future__ import annotations

from typing import cast

from .kinds import Token
from .session import Session, default_session


def whoami(*, session: Session | None = None) -> Token:
    """Where the token in use comes from and whose it is; `problem` is why PrimeHub did not say.

    `source` is `prompt` (typed in), `environment`, `sdk_file`, or None where there is no token.
    """
    session = session or default_session()
    return cast(Token, session.ask(session.context.credentials.describe, ask=True))


def set_token(text: str, *, session: Session | None = None) -> Token:
    """Check an API token with PrimeHub, then keep it in the file that only you can read, for the notebook server, too.

    text : the token, or the SDK's `config.json` as a whole

    Raises InvalidField, TokenRejected, TokenNotStored, and what PrimeHub answers.
    """
    session = session or default_session()
    session.ask(session.context.credentials.save, text)
    session.context.resources.clear()
    return cast(Token, session.context.credentials.describe())


def forget_token(*, session: Session | None = None) -> Token:
    """Forget the token that was typed in; answers the next one in line. Raises TokenNotStored."""
    session = session or default_session()
    session.context.credentials.forget()
    session.context.resources.clear()
    return cast(Token, session.context.credentials.describe())
