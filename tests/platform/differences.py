"""Where the sandbox does not answer as PrimeHub was recorded to: file and name of the exchange, and why, in a line."""

from __future__ import annotations

KNOWN = {
    ("documents", "ee with GRAPHQL_PLAYGROUND=true: the schema"): "the sandbox has a part of the schema only; "
    "sandbox/api/schema/console.graphql says which",
}
