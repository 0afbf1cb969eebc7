"""Mail servers as the settings name them: one reading of `smtp(s)://` and `imap(s)://` addresses."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from urllib.parse import parse_qs, unquote, urlsplit

from channels.email.tokens import Grant


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerAddress:
    """`scheme://user:pass@host:port?starttls=auto|always|never&cafile=…`; with an `s` the line is TLS from its first byte.

    `oauth=FILE` in place of a password: tokens are asked for as the file says (channels.email.tokens).
    """

    host: str
    port: int
    username: str = ""
    password: str = field(default="", repr=False)
    implicit_tls: bool = False
    starttls: str = "auto"
    cafile: str | None = None
    oauth: str | None = None

    @property
    def is_loopback(self) -> bool:
        """Whether the line never leaves this machine."""
        return self.host in {"localhost", "::1"} or self.host.startswith("127.")

    @classmethod
    def _read(cls, url: str, *, scheme: str, ports: tuple[int, int], more: tuple[str, ...] = ()) -> Self:
        """`ports` are the defaults without and with implicit TLS; options named in `more` are fields of the subclass."""
        parts = urlsplit(url)
        if parts.scheme not in {scheme, scheme + "s"}:
            raise ValueError(f"the address must begin with {scheme}:// or {scheme}s://")
        if not parts.hostname:
            raise ValueError("the address names no host")
        options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        unknown = set(options) - {"starttls", "cafile", "oauth", *more}
        if unknown:
            raise ValueError(f"unknown option {', '.join(sorted(unknown))}")
        if options.get("starttls", "auto") not in {"auto", "always", "never"}:
            raise ValueError("starttls must be auto, always or never")
        if "oauth" in options:
            if parts.password:
                raise ValueError("give a password or oauth, not both")
            if not parts.username:
                raise ValueError("oauth needs the user's name before the @")
            Grant.read(Path(options["oauth"]))
        try:
            port = parts.port
        except ValueError:
            raise ValueError("the port is not a number") from None
        implicit = parts.scheme != scheme
        return cls(
            host=parts.hostname,
            port=port or ports[implicit],
            username=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            implicit_tls=implicit,
            **options,
        )
