"""A short word for all that a scenario says."""

from __future__ import annotations

import hashlib
import json
from typing import Any


def digest(data: dict[str, Any]) -> str:
    """Return 32 hexadecimal digits that change whenever anything in the data does.

    The order of keys counts: recipes and stockpiles take their turns in it.
    """
    canonical = json.dumps(data, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.blake2b(canonical.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
