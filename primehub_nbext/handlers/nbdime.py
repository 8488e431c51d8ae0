"""nbdime: the running server and two notebooks in; the address where nbdime compares them, if it is there, out."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from tornado import httputil, web

# Of nbdime's server extension, versions 1 to 4: the page takes two notebooks, relative to the server's root.
PAGE = "nbdime/difftool"
REFERENCES = ("git:", "checkpoint:")  # what its page takes a name that begins so for


def nbdime_address(application: web.Application, base: str, remote: str) -> str | None:
    """The address of nbdime's page for two notebooks (Jupyter's paths); None where this server has no nbdime.

    It is looked for among the server's own routes: nbdime may be installed and not enabled, or refuse to be loaded, as
    by Notebook 6.5 beside jupyter_server 2.
    """
    path = str(application.settings.get("base_url", "/")).rstrip("/") + "/" + PAGE
    request = httputil.HTTPServerRequest(
        start_line=httputil.RequestStartLine("GET", quote(path, safe="/%@:"), "HTTP/1.0")
    )
    handler = getattr(application.find_handler(request), "handler_class", None)
    if not str(getattr(handler, "__module__", "")).startswith("nbdime."):
        return None
    named = {"base": base, "remote": remote}
    return (
        path
        + "?"
        + urlencode({name: f"./{each}" if each.startswith(REFERENCES) else each for name, each in named.items()})
    )
