"""The seal of WeCom's callbacks: a SHA-1 signature over what is sealed, and AES-256-CBC."""

import base64
import hashlib
import hmac
import struct

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from channels.errors import SignatureInvalid

_NOISE = 16
"""Random bytes before the length of the text."""
_BLOCK = 32
"""Padding fills up to this, whatever the cipher's own block is."""


class Seal:
    """Opens what WeCom sealed for one company.

    Args:
        token: signs the callbacks.
        aes_key: EncodingAESKey, 43 characters of base64.
        receiver: the company's id; what was sealed for another one is refused.

    Source:
        developer.work.weixin.qq.com/document/path/90968 (加解密方案说明).
    """

    def __init__(self, token: str, aes_key: str, receiver: str) -> None:
        key = base64.b64decode(aes_key + "=")
        self._token = token
        self._cipher = Cipher(AES(key), CBC(key[:16]))
        self._receiver = receiver

    def signature(self, timestamp: str, nonce: str, sealed: str) -> str:
        """The signature over what is sealed, in hex."""
        parts = sorted((self._token, timestamp, nonce, sealed))
        return hashlib.sha1("".join(parts).encode("utf-8", "surrogatepass")).hexdigest()

    def open(self, sealed: str, timestamp: str, nonce: str, signature: str) -> str:
        """Check the signature and open the seal.

        Args:
            sealed: base64, as it came.
            timestamp: as it came.
            nonce: as it came.
            signature: as it came.

        Returns:
            The text inside.

        Raises:
            SignatureInvalid: it was not sealed by who knows token and key, or for another company.
        """
        expected = self.signature(timestamp, nonce, sealed)
        if not hmac.compare_digest(expected.encode(), signature.encode("utf-8", "surrogatepass")):
            raise SignatureInvalid("the signature does not fit")
        try:
            text, receiver = self._opened(base64.b64decode(sealed, validate=True))
        except (ValueError, struct.error) as error:
            raise SignatureInvalid("it is signed, but not sealed with the EncodingAESKey") from error
        if receiver != self._receiver:
            raise SignatureInvalid("it is sealed for another company")
        return text

    def _opened(self, sealed: bytes) -> tuple[str, str]:
        """Text and receiver.

        Raises:
            ValueError: it is not sealed with this key.
            struct.error: likewise.
        """
        opener = self._cipher.decryptor()
        plain = opener.update(sealed) + opener.finalize()
        padding = plain[-1] if plain else 0
        if not 1 <= padding <= _BLOCK:
            raise ValueError("the padding does not fit")
        (length,) = struct.unpack_from(">I", plain, _NOISE)
        begin = _NOISE + 4
        return plain[begin : begin + length].decode(), plain[begin + length : -padding].decode()
