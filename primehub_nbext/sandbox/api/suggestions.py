"""What somebody may have meant: a wrong name and the right ones in; the nearest, worded as graphql-js 14 does, out."""

from __future__ import annotations

from collections.abc import Iterable

AT_MOST = 5


def nearest(wrong: str, names: Iterable[str]) -> list[str]:
    """Names within half of the longer one's length in changes, nearest first, else in the order given."""
    found = []
    for name in names:
        distance = changes(wrong, name)
        if distance <= max(len(wrong) / 2, len(name) / 2, 1):
            found.append((distance, name))
    return [name for _, name in sorted(found, key=lambda each: each[0])]


def did_you_mean(names: list[str], quote: str = '"', before: str = "") -> str:
    """` Did you mean "a", "b", or "c"?`, or nothing."""
    quoted = [f"{quote}{name}{quote}" for name in names[:AT_MOST]]
    if not quoted:
        return ""
    text = f"{', '.join(quoted[:-1])}, or {quoted[-1]}" if len(quoted) > 2 else " or ".join(quoted)
    return f" Did you mean {before}{text}?"


def changes(one: str, other: str) -> float:
    """Insertions, deletions, replacements and swaps of neighbours; another case alone counts as one change."""
    if one == other:
        return 0
    one, other = one.lower(), other.lower()
    if one == other:
        return 1
    rows = [list(range(len(other) + 1))]
    for i, left in enumerate(one, 1):
        row = [i]
        for j, right in enumerate(other, 1):
            best = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (left != right))
            if i > 1 and j > 1 and left == other[j - 2] and one[i - 2] == right:
                best = min(best, rows[-2][j - 2] + (left != right))
            row.append(best)
        rows.append(row)
    return rows[-1][-1]
