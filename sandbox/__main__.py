"""`python -m sandbox`: the demo."""

from __future__ import annotations

import sys

from sandbox.demo import main

sys.exit(main())
