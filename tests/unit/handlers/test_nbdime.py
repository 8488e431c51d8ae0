"""nbdime is offered only where the running server really has its page."""

from __future__ import annotations

import pytest
from tornado import web

from primehub_nbext.handlers.nbdime import nbdime_address


class Page(web.RequestHandler):
    """Not nbdime's."""


class Difftool(web.RequestHandler):
    """As nbdime's."""


Difftool.__module__ = "nbdime.webapp.nb_server_extension"


@pytest.mark.parametrize("base_url", ["/", "/user/a@b/"])
def test_the_address_of_a_page_that_is_there(base_url):
    application = web.Application([(r"/.*", Page)], base_url=base_url)
    assert nbdime_address(application, "a.ipynb", "b.ipynb") is None
    application.add_handlers(".*$", [(base_url + "nbdime/difftool", Difftool)])
    assert nbdime_address(application, "é & /a.ipynb", "git:b/x.ipynb") == (
        base_url + "nbdime/difftool?base=%C3%A9+%26+%2Fa.ipynb&remote=.%2Fgit%3Ab%2Fx.ipynb"
    )
