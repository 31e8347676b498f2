"""What tests do where an extra of the package is not installed."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

HAS_REPORT = find_spec("matplotlib") is not None and find_spec("jinja2") is not None
needs_report = pytest.mark.skipif(not HAS_REPORT, reason="the extra [report] is not installed")
