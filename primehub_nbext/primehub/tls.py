"""TLS: the configured certificate authorities in; a context for streams, or what is wrong with a certificate, out."""

from __future__ import annotations

import os
import ssl

from .errors import (
    CertificateExpired,
    CertificateOfAnotherHost,
    NoAuthorities,
    TlsError,
    UnknownAuthority,
)

# OpenSSL's numbers for why a certificate was refused; all others are told in general.
OTHER_HOST = 62
CERTIFICATE_ERRORS = {
    **dict.fromkeys((9, 10), CertificateExpired),  # not yet valid, has expired
    **dict.fromkeys((OTHER_HOST, 64), CertificateOfAnotherHost),  # host name, IP address
    **dict.fromkeys((2, 18, 19, 20, 21), UnknownAuthority),  # no issuer, self-signed, no first certificate
}


def tls_context(bundle: str) -> ssl.SSLContext:
    """A client's context that trusts the authorities in a file or folder; those of certifi for "".

    Raises NoAuthorities.
    """
    if unusable := unusable_authorities(bundle):
        raise unusable
    if not bundle:
        import certifi  # of `requests`, which trusts the same

        bundle = certifi.where()
    return _context(bundle)


def unusable_authorities(bundle: str) -> TlsError | None:
    """What is wrong with the file or folder of authorities, if something is; never with "", which is certifi's."""
    if not bundle:
        return None
    try:
        _context(bundle)
    except FileNotFoundError:
        return NoAuthorities("The file of certificate authorities (PrimeHub.ca_bundle) does not exist.")
    except OSError:
        return NoAuthorities()
    return None


def tls_error(error: BaseException | None) -> TlsError:
    """The fault behind an SSLError; what Python's ssl said is somewhere in its chain."""
    while error is not None:
        # urllib3 1 compares the host name by itself: an error with another name, or without a number.
        if isinstance(error, ssl.SSLCertVerificationError) or type(error).__name__ == "CertificateError":
            return CERTIFICATE_ERRORS.get(getattr(error, "verify_code", OTHER_HOST), TlsError)()
        error = error.__cause__ or error.__context__
    return TlsError()


def _context(bundle: str) -> ssl.SSLContext:
    if os.path.isdir(bundle):
        return ssl.create_default_context(capath=bundle)
    return ssl.create_default_context(cafile=bundle)
