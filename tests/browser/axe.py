"""What is on a page in; what axe-core finds wrong with it for people who use a keyboard or a screen reader, out."""

from __future__ import annotations

import warnings
from pathlib import Path

from playwright.sync_api import Page

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
# The colours of a log are those in which the Notebook shows what a cell prints.
FOUND = """async selector => {
    const found = await axe.run({include: selector, exclude: ".primehub-log-rows"}, {resultTypes: ["violations"]});
    return found.violations.map(each =>
        `${each.id}: ${each.help}: ${each.nodes.map(node => node.html.slice(0, 200)).join(" | ")}`);
}"""


def violations(page: Page, selector: str) -> list[str]:
    """Of this part of the page, as it is now. Without axe-core that is told, and the rest of the test still counts."""
    if not AXE.is_file():
        warnings.warn("axe-core is not installed (npm ci, which make test does): not looked at", stacklevel=2)
        return []
    if not page.evaluate("() => !!window.axe"):
        # The page's own AMD loader would take it for a module of its.
        source = AXE.read_text("utf-8")
        page.evaluate(f"() => {{ const [define, module, exports] = []; {source}\n; }}")
    return page.evaluate(FOUND, selector)
