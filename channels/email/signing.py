"""DKIM (RFC 6376): our name under every mail, for servers that relay for us without signing.

The RSA step is dkimpy's, in Python: about 5 ms with a key of 2048 bits, in two calls that hold the interpreter for half of
that each. It runs in one thread of its own, so that the event loop gets its turn between them. Who sends tens of
thousands lets the relay sign.
"""

from __future__ import annotations

import asyncio
import base64
import re
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import Any

# RFC 8058 section 4 wants both list headers covered.
_SIGNED = frozenset(
    [
        "from",
        "to",
        "cc",
        "subject",
        "date",
        "message-id",
        "reply-to",
        "in-reply-to",
        "references",
        "mime-version",
        "content-type",
        "list-unsubscribe",
        "list-unsubscribe-post",
        "feedback-id",
    ]
)
_NAME = re.compile(rb"^([A-Za-z0-9-]+):", re.MULTILINE)
_FEWEST_BITS = 1024  # RFC 8301 section 3.2: receivers must not heed less
_RSA = bytes.fromhex("300d06092a864886f70d0101010500")  # AlgorithmIdentifier rsaEncryption, no parameters


class BadKey(ValueError):
    """The key file cannot sign; the message says why."""


class Signer:
    """One domain's signature. `key` is an RSA private key in PEM form. Raises BadKey."""

    def __init__(self, *, key: bytes, selector: str, domain: str) -> None:
        self._key = key.replace(b"\r\n", b"\n")
        self._parsed = _parse(self._key)
        self.selector = selector
        self.domain = domain

    @classmethod
    def load(cls, path: Path, *, selector: str, domain: str) -> Signer:
        """The signer with the key in a file. Raises BadKey."""
        try:
            key = path.read_bytes()
        except OSError as error:
            raise BadKey(f"cannot be read ({error.strerror})") from error
        return cls(key=key, selector=selector, domain=domain)

    def sign(self, message: bytes) -> bytes:
        """The message with its signature above it: relaxed/relaxed, From signed once more than it stands there.

        A second From that somebody adds on the way breaks the signature.
        """
        import dkim  # 40 ms, and only where a key is set

        head = message[: message.index(b"\r\n\r\n") + 2]
        names = [name.lower() for name in _NAME.findall(head) if name.decode().lower() in _SIGNED]
        signature = dkim.sign(
            message,
            self.selector.encode(),
            self.domain.encode(),
            self._key,
            canonicalize=(b"relaxed", b"relaxed"),
            include_headers=[*names, b"from"],
        )
        return bytes(signature) + message

    async def signed(self, message: bytes) -> bytes:
        """As `sign`, beside the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self.sign, message)

    @property
    def record_name(self) -> str:
        """Where in DNS the public key belongs."""
        return f"{self.selector}._domainkey.{self.domain}"

    @property
    def record(self) -> str:
        """The TXT record that belongs there."""
        return f"v=DKIM1; k=rsa; p={base64.b64encode(self.public_key).decode()}"

    @property
    def public_key(self) -> bytes:
        """The public half as SubjectPublicKeyInfo (RFC 5280)."""
        numbers = _integer(self._parsed["modulus"]) + _integer(self._parsed["publicExponent"])
        return _der(0x30, _RSA + _der(0x03, b"\x00" + _der(0x30, numbers)))

    def is_published_in(self, record: str) -> bool:
        """Whether a TXT record found in DNS holds our public key."""
        found = re.search(r"(?:^|;)\s*p=([A-Za-z0-9+/=\s]*)", record)
        return found is not None and re.sub(r"\s", "", found.group(1)) == base64.b64encode(self.public_key).decode()

    @cached_property
    def _thread(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(max_workers=1, thread_name_prefix="dkim")


def _parse(key: bytes) -> dict[str, Any]:
    from dkim.crypto import UnparsableKeyError, parse_pem_private_key

    if b"ENCRYPTED" in key:
        raise BadKey("has a passphrase; take it off with `openssl rsa`")
    try:
        parsed: dict[str, Any] = parse_pem_private_key(key)
    except (UnparsableKeyError, ValueError, IndexError, AssertionError, MemoryError) as error:
        raise BadKey("is no RSA private key in PEM form") from error
    if parsed["modulus"].bit_length() < _FEWEST_BITS:
        raise BadKey(f"is shorter than {_FEWEST_BITS} bits: receivers do not heed it")
    return parsed


def _integer(value: int) -> bytes:
    return _der(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def _der(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    width = (size.bit_length() + 7) // 8
    return bytes([tag, 0x80 | width]) + size.to_bytes(width, "big") + content
