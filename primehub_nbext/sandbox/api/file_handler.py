"""Shared files over HTTP: a path below `groups/<volume>/` in; a file streamed out, or one written."""

from __future__ import annotations

import mimetypes
import os
import tempfile
from pathlib import Path
from urllib.parse import quote

from tornado import web
from tornado.http1connection import HTTP1Connection

from .files import may_use
from .handlers import JSON_UTF8, ApiHandler, Told, path_below

CHUNK_BYTES = 64 * 1024
PREFIX = "/api/files/"
# An upload may be large; it goes to the disk as it comes.
MAX_UPLOAD_BYTES = 16 * 1024 * 1024 * 1024
# Without what the system knows beyond that: an answer must not depend on the computer.
TYPES = mimetypes.MimeTypes()
UNQUOTED = "!~*'()"  # as JavaScript's encodeURIComponent


@web.stream_request_body
class FileHandler(ApiHandler):
    """The files of the caller's groups; an upload goes to a file beside its target and then takes its place."""

    _file = None

    def prepare(self):
        """Open a file for an upload, before its body comes. Raises Told where there may be none."""
        super().prepare()
        assert isinstance(self.request.connection, HTTP1Connection), "Tornado's server speaks nothing else"
        self.request.connection.set_max_body_size(MAX_UPLOAD_BYTES)
        if self.request.method == "POST":
            self._target = self._allowed()
            if self._target is not None:
                try:
                    self._target.parent.mkdir(parents=True, exist_ok=True)
                except OSError:  # a file is where a folder is wanted
                    raise Told(500, "We encountered an internal error, please try again.") from None
                handle, self._written = tempfile.mkstemp(dir=self._target.parent, prefix=".upload-")
                self._file = os.fdopen(handle, "wb")

    def data_received(self, chunk):
        """Write a part of the upload, as it comes; of a request that has no file it is dropped."""
        if self._file:
            self._file.write(chunk)

    def on_finish(self):
        """Drop an upload that was not taken."""
        self._drop()

    def on_connection_close(self):
        """Drop an upload that its sender has given up."""
        self._drop()

    async def get(self, *_):
        """GET streams a file: no length, no ranges, the type by its name or the text "null"."""
        path = self._allowed()
        if path is None or not path.is_file():
            if self.request.path.startswith(f"{PREFIX}tmp/"):  # somebody else's archive, or none
                self.set_status(404)
                self.clear_header("Content-Type")
                self.finish()
            else:
                self.not_found()
            return
        self.set_header("Content-Type", TYPES.guess_type(path.name)[0] or "null")
        if self.get_query_argument("download", "") == "1":
            self.set_header("Content-Disposition", f'attachment; filename="{quote(path.name, safe=UNQUOTED)}"')
        if self.request.method == "HEAD":
            self.finish()
            return
        with path.open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                self.write(chunk)
                await self.flush()

    head = get

    def post(self, *_):
        """POST writes a file; any member of the group may."""
        if self._file is None or self._target is None:
            self.not_found()
            return
        self._file.close()
        os.replace(self._written, self._target)
        self._target.chmod(0o644)
        self._file = None
        self.set_header("Content-Type", JSON_UTF8)
        self.finish(b'{"success":true}')

    def _allowed(self) -> Path | None:
        """The path asked for, in a group of the caller's. Raises Told (403); None for one that no store has."""
        context, key = self.context(), path_below(self.request.path, PREFIX)
        parts = key.split("/")
        if parts[0] == "tmp" and len(parts) > 1:
            return None
        if len(parts) < 2 or parts[0] != "groups" or not may_use(context, parts[1]):
            raise self.forbidden()
        return self.cluster.bucket.path(key) if self.cluster.bucket else None

    def _drop(self):
        if self._file:
            self._file.close()
            os.unlink(self._written)
            self._file = None
